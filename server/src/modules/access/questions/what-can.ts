import { evaluate, toRecord } from '@holdfast/policy'
import type { Uid } from '../../../platform/ports.ts'
import { takingTurns } from '../../../platform/turns.ts'
import { nameOf, knownActions } from '../authzen/names.ts'
import { describe } from '../authzen/overlay.ts'
import { type ActionType, isAction } from '../authzen/search/actions.ts'
import { catalogueOf } from '../authzen/search/catalogue.ts'
import { toCedar } from '../authzen/values.ts'
import { isOfDirectory, keyOf } from '../standing.ts'
import type { World } from '../world/types.ts'
import { inOrder, type Page } from './who-can.ts'

/** Decisions that one page takes at most; the next one goes on from there. */
const mostDecisions = 50_000

/** Decisions after which everybody else has a turn, however little they cost. */
const atOnce = 500

export interface WhatCan {
  readonly principal: Uid
  /** one; or all that are known of a type, or of any */
  readonly resource?: Uid | undefined
  readonly resourceType?: string | undefined
  readonly context?: Readonly<Record<string, unknown>> | undefined
  readonly properties?: Readonly<Record<string, unknown>> | undefined
  readonly after?: Uid | undefined
  readonly limit: number
}

export interface Allowed {
  readonly resource: Uid
  readonly actions: readonly { readonly action: string; readonly policies: readonly string[] }[]
}

/**
 * What somebody can do, on a resource or on all that are known: stored, or named by a policy or a grant. Somebody whom the
 * directory does not know, or has disabled, can do nothing. Throws `PolicyError`.
 */
export async function whatCan(world: World, question: WhatCan): Promise<Page<Allowed>> {
  const { principal, context = {}, properties, limit } = question
  const catalogue = catalogueOf(world)
  if (isOfDirectory(principal) && !catalogue.acts(principal)) return { items: [], next: null, decisions: 0 }
  const known = knownActions(world)
  const given = toCedar(context)
  const contexts = new Map(
    catalogue.actions.map(({ uid }) => [keyOf(uid), toRecord(world.schema.context(uid, given, 'keep'))]),
  )
  const attributes = properties === undefined ? undefined : toCedar(properties)
  const turns = takingTurns(atOnce)
  const items: Allowed[] = []
  let decisions = 0
  let last: Uid | null = null
  for (const resource of resourcesOf(world, question)) {
    if (items.length >= limit || decisions >= mostDecisions || turns.over()) return { items, next: last, decisions }
    last = resource
    const entities = describe(world.entities, world.schema, [{ uid: resource, attributes }])
    const actions: { action: string; policies: readonly string[] }[] = []
    for (const { uid: action } of between(catalogue.actions, principal, resource)) {
      decisions += 1
      const request = { principal, action, resource, context: contexts.get(keyOf(action)) }
      const { decision, reasons } = evaluate(world.set, request, entities, { onError: 'deny' })
      if (decision === 'allow') actions.push({ action: nameOf(action, known), policies: reasons })
      if (turns.due()) await turns.give()
    }
    if (actions.length > 0) items.push({ resource, actions })
  }
  return { items, next: null, decisions }
}

function between(actions: readonly ActionType[], principal: Uid, resource: Uid): ActionType[] {
  return actions.filter(
    ({ principals, resources }) =>
      (principals === null || principals.has(principal.type)) && (resources === null || resources.has(resource.type)),
  )
}

function resourcesOf(world: World, { resource, resourceType, after }: WhatCan): Uid[] {
  if (resource !== undefined) return [resource]
  const { ids, actions } = catalogueOf(world)
  const possible = (type: string) =>
    (resourceType === undefined || type === resourceType) &&
    !isAction(type) &&
    actions.some(({ resources }) => resources === null || resources.has(type))
  const all = [...ids].flatMap(([type, list]) => (possible(type) ? list.map((id) => ({ type, id })) : []))
  const sorted = all.toSorted(inOrder)
  return after === undefined ? sorted : sorted.filter((uid) => inOrder(uid, after) > 0)
}
