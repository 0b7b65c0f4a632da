import fc from 'fast-check'
import type { EntityJson, PolicySetJson, Request, Uid, ValueJson } from '../index.ts'
import { texts, uids } from './expressions.ts'
import { actions, policySets } from './policy-sets.ts'

/** A policy set, entities and requests that have much to do with each other. */
export interface World {
  readonly policies: PolicySetJson
  readonly entities: readonly EntityJson[]
  readonly requests: readonly (Request & { readonly context: { readonly [name: string]: ValueJson } })[]
}

const extension = (fn: string, ...args: string[]) => fc.constantFrom(...args).map((arg) => ({ __extn: { fn, arg } }))

/** Attributes of the types that `expressions` expects them to have; each is there or not. */
const attributes: fc.Arbitrary<{ [name: string]: ValueJson }> = fc
  .record(
    {
      flag: fc.boolean(),
      n: fc.integer({ min: -9, max: 9 }),
      m: fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0),
      s: texts,
      if: texts,
      set: fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), texts), { maxLength: 12 }),
      refs: fc.array(uids.map((__entity) => ({ __entity }))),
      rec: fc.record({ n: fc.integer(), s: texts, rec: fc.record({ n: fc.integer() }) }, { requiredKeys: [] }),
      ref: uids.map((__entity) => ({ __entity })),
      dec: extension('decimal', '1.0', '-1.5', '0.0'),
      ip: extension('ip', '127.0.0.1', '10.0.0.0/8', '::1'),
      dt: extension('datetime', '1970-01-01', '2024-02-29T01:02:03Z', '1969-12-31T23:00:00Z'),
      dur: extension('duration', '1d', '-36h', '5ms', '106751991167d7h12m55s807ms'),
      'two words': fc.boolean(),
      constructor: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .chain((most) => fc.boolean().map((proto) => withProto(most, proto)))

function withProto(most: object, proto: boolean): { [name: string]: ValueJson } {
  const entries = Object.entries(most) as [string, ValueJson][]
  return Object.fromEntries(proto ? [...entries, ['__proto__', 1] as [string, ValueJson]] : entries)
}

/** Entities in an order in which each may have only later ones as parents: no cycles. */
function entities([minLength, maxLength]: Extent['entities']): fc.Arbitrary<EntityJson[]> {
  const distinct = fc.uniqueArray(uids, { selector: ({ type, id }) => `${type} ${id}`, minLength, maxLength })
  return distinct.chain((list) =>
    fc.tuple(
      ...list.map((uid, at) =>
        fc.record({
          uid: fc.constant(uid),
          attrs: attributes,
          parents: fc.subarray(list.slice(at + 1), { maxLength: Math.min(3, list.length - at - 1) }),
          tags: fc.dictionary(texts, fc.oneof(texts, fc.integer({ min: 0, max: 3 })), { maxKeys: 3 }),
        }),
      ),
    ),
  )
}

/** Groups of actions: an action may be in several, one of which is in another. */
const actionEntities: fc.Arbitrary<EntityJson[]> = fc
  .tuple(
    ...['view', 'edit', 'any', 'all'].map((id, at, ids) => fc.tuple(fc.constant(id), fc.subarray(ids.slice(at + 1)))),
  )
  .map((list) =>
    list.map(([id, parents]) => ({
      uid: { type: 'Action', id },
      attrs: {},
      parents: parents.map((parent) => ({ type: 'Action', id: parent })),
    })),
  )

/** How large a world is. */
export interface Extent {
  /** How many static policies at most, and how many links. */
  readonly policies: number
  readonly links: number
  /** How many entities at least, and at most, beside the actions. */
  readonly entities: readonly [number, number]
  /** How many different principals, and resources, are asked about. */
  readonly uids: number
}

const SMALL: Extent = { policies: 5, links: 3, entities: [6, 14], uids: 1 }

/** Random worlds: their requests are all combinations of a few principals, actions, resources and contexts. */
export function worldsOf(extent: Extent): fc.Arbitrary<World> {
  return fc.tuple(entities(extent.entities), fc.oneof(fc.constant([]), actionEntities)).chain(([list, actionList]) => {
    const known = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...list.map(({ uid }) => uid as Uid)) }, uids)
    const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number) => fc.array(arbitrary, { minLength: 1, maxLength })
    return fc
      .record({
        policies: policySets(extent, known),
        principals: some(known, extent.uids),
        actions: some(actions, Math.max(2, extent.uids)),
        resources: some(known, extent.uids),
        contexts: some(attributes, 2),
      })
      .map(({ policies: set, principals, actions: asked, resources, contexts }) => ({
        policies: set,
        entities: [...list, ...actionList],
        requests: principals.flatMap((principal) =>
          asked.flatMap((action) =>
            resources.flatMap((resource) => contexts.map((context) => ({ principal, action, resource, context }))),
          ),
        ),
      }))
  })
}

/** Small random worlds. */
export const worlds: fc.Arbitrary<World> = worldsOf(SMALL)
