import { evaluate, toRecord, type Uid } from '@holdfast/policy'
import { isOfDirectory } from '../../standing.ts'
import { actionOf, knownActions, nameOf } from '../names.ts'
import { describe } from '../overlay.ts'
import type { SearchRequest } from '../requests.ts'
import { contextOf, toCedar } from '../values.ts'
import { type Catalogue, catalogueOf, type Searched } from './catalogue.ts'

/** A search made ready: what may be found, in order, and whether each holds. */
export interface Prepared {
  readonly candidates: readonly string[]
  /** Decides as the evaluation endpoint does. Throws `PolicyError` for a value that Cedar does not have. */
  readonly holds: (candidate: string) => boolean
  /** as it is answered */
  readonly show: (candidate: string) => Found
}

export type Found = { readonly type: string; readonly id: string } | { readonly name: string }

/** Throws `PolicyError` for a value that Cedar does not have. */
export function prepare(world: Searched, request: SearchRequest): Prepared {
  const catalogue = catalogueOf(world)
  const known = knownActions(world)
  const contextFor = (action: Uid, context: Readonly<Record<string, unknown>>) =>
    toRecord(world.schema.context(action, context, 'keep'))
  const describeAll = (principal: Uid, resource: Uid) =>
    describe(world.entities, world.schema, [
      { uid: resource, attributes: cedarOf(request.resource.properties) },
      { uid: principal, attributes: cedarOf(request.subject.properties) },
    ])
  const decide = (principal: Uid, action: Uid, resource: Uid, entities = world.entities, context = toRecord({})) =>
    principal.type !== 'Role' &&
    (!isOfDirectory(principal) || catalogue.acts(principal)) &&
    evaluate(world.set, { principal, action, resource, context }, entities, { onError: 'deny' }).decision === 'allow'

  if (request.kind === 'action') {
    const [principal, resource] = [uidOf(request.subject), uidOf(request.resource)]
    const entities = describeAll(principal, resource)
    const given = toCedar(request.context ?? {})
    const byName = new Map(
      actionsBetween(catalogue, principal, resource).map((action) => [nameOf(action, known), action]),
    )
    return {
      candidates: [...byName.keys()].toSorted(),
      holds(name) {
        const action = byName.get(name)
        return action !== undefined && decide(principal, action, resource, entities, contextFor(action, given))
      },
      show: (name) => ({ name }),
    }
  }

  const { kind } = request
  const { type, properties } = request[kind]
  const action = actionOf(request.action.name, known)
  const context = contextFor(action, contextOf(request.context, request.action))
  const fixed = kind === 'subject' ? uidOf(request.resource) : uidOf(request.subject)
  const pairOf = (id: string) =>
    kind === 'subject' ? ([{ type, id }, fixed] as const) : ([fixed, { type, id }] as const)
  // What is said of the one that is sought is said of each: otherwise its description is the same for all.
  const entities = properties === undefined ? describeAll(...pairOf('')) : undefined
  return {
    candidates: catalogue.ids.get(type) ?? [],
    holds(id) {
      const [principal, resource] = pairOf(id)
      return decide(principal, action, resource, entities ?? describeAll(principal, resource), context)
    },
    show: (id) => ({ type, id }),
  }
}

function actionsBetween({ actions }: Catalogue, principal: Uid, resource: Uid): Uid[] {
  return actions.flatMap(({ uid, principals, resources }) =>
    (principals === null || principals.has(principal.type)) && (resources === null || resources.has(resource.type))
      ? [uid]
      : [],
  )
}

function uidOf({ type, id }: Uid): Uid {
  return { type, id }
}

function cedarOf(properties: Readonly<Record<string, unknown>> | undefined) {
  return properties === undefined ? undefined : toCedar(properties)
}
