import { createSchema, type EntityJson, type Explanation, PolicyError } from '@holdfast/policy'
import type { Transaction } from '../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Uid } from '../../platform/ports.ts'
import { errors } from './errors.ts'
import type { Evaluator } from './evaluator.ts'
import { findApplication } from './store.ts'

/** @returns the ids of all groups of a person or service, direct and indirect; undefined when unknown or disabled */
export type GroupsOf = (tx: Transaction, principal: Uid) => Promise<readonly string[] | undefined>

export interface Ask {
  readonly principal: Uid
  readonly action: string
  readonly resource: Uid
  readonly context?: Readonly<Record<string, unknown>> | undefined
  /** attributes in plain JSON, read by whoever asks */
  readonly principalAttributes?: Readonly<Record<string, unknown>> | undefined
  readonly resourceAttributes?: Readonly<Record<string, unknown>> | undefined
  readonly entities?: readonly EntityJson[] | undefined
}

const directoryTypes = new Set(['Person', 'Service', 'Group'])

/** Decides for one application. Groups come from the directory, whatever the question says of them. */
export async function evaluateFor(
  tx: Transaction,
  deps: { readonly evaluator: Evaluator; readonly groupsOf: GroupsOf },
  application: string,
  ask: Ask,
): Promise<Outcome<Explanation>> {
  const row = await findApplication(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  try {
    const schema = createSchema(row.schema_json)
    const action = { type: 'Action', id: ask.action }
    const given = (ask.entities ?? []).filter((entity) => !directoryTypes.has(typeOf(entity)))
    const known = new Set(given.map(keyOf))
    const entities: EntityJson[] = [...schema.actions, ...given]
    for (const [uid, attributes] of [
      [ask.principal, ask.principalAttributes],
      [ask.resource, ask.resourceAttributes],
    ] as const) {
      const key = `${uid.type} ${uid.id}`
      if (known.has(key)) continue
      known.add(key)
      const groups = directoryTypes.has(uid.type) ? await deps.groupsOf(tx, uid) : []
      // Nobody the directory does not know (or has disabled) becomes an entity: no policy that looks at it holds.
      if (groups === undefined) continue
      const parents = groups.map((id) => ({ type: 'Group', id }))
      entities.push(schema.entity({ uid, attrs: directoryTypes.has(uid.type) ? {} : attributes, parents }, 'keep'))
    }
    const unknown =
      directoryTypes.has(ask.principal.type) &&
      !entities.some((entity) => keyOf(entity) === `${ask.principal.type} ${ask.principal.id}`)
    if (unknown)
      return ok({
        decision: 'deny',
        reasons: [],
        errors: [],
        text: 'The principal is not in the directory, or is disabled.',
        nearest: null,
      })
    const context = schema.context(action, ask.context ?? {}, 'keep')
    const explanation = await deps.evaluator.evaluate(tx, application, {
      principal: ask.principal,
      action: ask.action,
      resource: ask.resource,
      context,
      entities,
    })
    return explanation === undefined ? refuse(errors.application_not_found, { application }) : ok(explanation)
  } catch (error) {
    if (error instanceof PolicyError) return refuse(errors.evaluation_invalid, { problem: error.message })
    throw error
  }
}

/** A uid is written plainly or as an escape (`__entity`), both are Cedar's. */
function uidOf({ uid }: EntityJson): Uid {
  if (!('__entity' in uid)) return uid
  const { __entity: plain } = uid
  return plain
}

function typeOf(entity: EntityJson): string {
  return uidOf(entity).type
}

function keyOf(entity: EntityJson): string {
  const { type, id } = uidOf(entity)
  return `${type} ${id}`
}
