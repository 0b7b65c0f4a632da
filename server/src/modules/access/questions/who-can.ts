import { evaluate, toRecord } from '@holdfast/policy'
import type { Uid } from '../../../platform/ports.ts'
import { takingTurns } from '../../../platform/turns.ts'
import { toCedar } from '../authzen/values.ts'
import { describe } from '../authzen/overlay.ts'
import { actionOf, knownActions } from '../authzen/names.ts'
import { catalogueOf } from '../authzen/search/catalogue.ts'
import { isOfDirectory, keyOf } from '../standing.ts'
import type { World } from '../world/types.ts'

/** Decisions that one page takes at most; the next one goes on from there. */
const mostDecisions = 50_000

/** Decisions after which everybody else has a turn, however little they cost. */
const atOnce = 500

export interface WhoCan {
  readonly action: string
  readonly resource: Uid
  readonly context?: Readonly<Record<string, unknown>> | undefined
  readonly properties?: Readonly<Record<string, unknown>> | undefined
  /** the principal that the page before ended with */
  readonly after?: Uid | undefined
  readonly limit: number
}

export interface Able {
  readonly principal: Uid
  /** those that let them; the link of a template is `<template>/<grant>` */
  readonly policies: readonly string[]
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** what to pass as `after`; null: that was all */
  readonly next: Uid | null
  readonly decisions: number
}

/**
 * Who can do it: active people and services of the directory, and entities of the application's own that may act, in the order of
 * type and id. Each is decided exactly as a question about them would be. Throws `PolicyError`.
 */
export async function whoCan(
  world: World,
  { action: name, resource, context, properties, after, limit }: WhoCan,
): Promise<Page<Able>> {
  const action = actionOf(name, knownActions(world))
  const record = toRecord(world.schema.context(action, toCedar(context ?? {}), 'keep'))
  const attributes = properties === undefined ? undefined : toCedar(properties)
  const entities = describe(world.entities, world.schema, [{ uid: resource, attributes }])
  const turns = takingTurns(atOnce)
  const items: Able[] = []
  let decisions = 0
  let last: Uid | null = null
  for (const principal of candidates(world, action, after)) {
    if (items.length >= limit || decisions >= mostDecisions || turns.over()) return { items, next: last, decisions }
    last = principal
    decisions += 1
    const request = { principal, action, resource, context: record }
    const { decision, reasons } = evaluate(world.set, request, entities, { onError: 'deny' })
    if (decision === 'allow') items.push({ principal, policies: reasons })
    if (turns.due()) await turns.give()
  }
  return { items, next: null, decisions }
}

/** Who might, after the last one of the page before. */
function candidates(world: World, action: Uid, after: Uid | undefined): Uid[] {
  const catalogue = catalogueOf(world)
  const declared = catalogue.actions.find(({ uid }) => keyOf(uid) === keyOf(action))
  const own = [...catalogue.ids.keys()].filter(
    (type) => declared?.principals?.has(type) === true && !isOfDirectory({ type, id: '' }),
  )
  const all = [
    ...world.principals.filter(({ type }) => declared?.principals == null || declared.principals.has(type)),
    ...own.flatMap((type) => (catalogue.ids.get(type) ?? []).map((id) => ({ type, id }))),
  ]
  const sorted = all.toSorted(inOrder)
  return after === undefined ? sorted : sorted.filter((uid) => inOrder(uid, after) > 0)
}

export function inOrder(a: Uid, b: Uid): number {
  if (a.type !== b.type) return a.type < b.type ? -1 : 1
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}
