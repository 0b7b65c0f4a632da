import { createSchema, type EntityJson, type Explanation, PolicyError } from '@holdfast/policy'
import type { Transaction } from '../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Uid } from '../../platform/ports.ts'
import { errors } from './errors.ts'
import type { Evaluator } from './evaluator.ts'
import { ownApplication } from './own/load.ts'
import { entityOf, isOfDirectory, keyOf, namedOnly, type StandingsOf } from './standing.ts'
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

/** Decides for one application. Groups come from the directory, whatever the question says of them. */
export async function evaluateFor(
  tx: Transaction,
  deps: { readonly evaluator: Evaluator; readonly groupsOf: GroupsOf; readonly standingsOf: StandingsOf },
  application: string,
  ask: Ask,
): Promise<Outcome<Explanation>> {
  const row = await findApplication(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  try {
    const schema = createSchema(row.schema_json)
    const action = { type: 'Action', id: ask.action }
    const given = (ask.entities ?? []).filter(({ uid }) => !isOfDirectory(uid))
    const entities: EntityJson[] = [...schema.actions, ...given]
    const add = (uid: Uid, attrs: Ask['resourceAttributes'], groups: readonly string[]) => {
      if (entities.some((entity) => keyOf(entity.uid) === keyOf(uid))) return
      const parents = groups.map((id) => ({ type: 'Group', id }))
      entities.push(schema.entity({ uid, attrs: isOfDirectory(uid) ? {} : attrs, parents }, 'keep'))
    }
    // Nobody the directory does not know, or has disabled, acts.
    const groups = isOfDirectory(ask.principal) ? await deps.groupsOf(tx, ask.principal) : []
    if (groups === undefined) {
      const text = 'The principal is not in the directory, or is disabled.'
      return ok({ decision: 'deny', reasons: [], errors: [], text, nearest: null })
    }
    add(ask.principal, ask.principalAttributes, groups)
    if (!isOfDirectory(ask.resource)) add(ask.resource, ask.resourceAttributes, [])
    const context = schema.context(action, ask.context ?? {}, 'keep')
    const named = await deps.standingsOf(tx, namedOnly(entities, ask.resource, context))
    const explanation = await deps.evaluator.evaluate(tx, application, {
      principal: ask.principal,
      action: ask.action,
      resource: ask.resource,
      context,
      entities: [...entities, ...named.map((standing) => entityOf(standing, application === ownApplication))],
    })
    return explanation === undefined ? refuse(errors.application_not_found, { application }) : ok(explanation)
  } catch (error) {
    if (error instanceof PolicyError) return refuse(errors.evaluation_invalid, { problem: error.message })
    throw error
  }
}
