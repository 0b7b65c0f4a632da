import fc from 'fast-check'
import type { EntityJson, PolicyJson, PolicySetJson, Request, ScopeJson, Uid, ValueJson } from '../index.ts'
import { expressions, texts, uids } from './expressions.ts'

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
      dur: extension('duration', '1d', '-36h', '5ms'),
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
const entities: fc.Arbitrary<EntityJson[]> = fc
  .uniqueArray(uids, { selector: ({ type, id }) => `${type} ${id}`, minLength: 6, maxLength: 14 })
  .chain((list) =>
    fc.tuple(
      ...list.map((uid, at) =>
        fc.record({
          uid: fc.constant(uid),
          attrs: attributes,
          parents: fc.subarray(list.slice(at + 1)),
          tags: fc.dictionary(texts, fc.oneof(texts, fc.integer({ min: 0, max: 3 })), { maxKeys: 3 }),
        }),
      ),
    ),
  )

const actions: fc.Arbitrary<Uid> = fc.record({ type: fc.constant('Action'), id: fc.constantFrom('view', 'edit') })

function scopes(slot: string | null): fc.Arbitrary<ScopeJson> {
  const target = slot === null ? uids.map((entity) => ({ entity })) : fc.constant({ slot })
  return fc.oneof(
    ...(slot === null ? [fc.constant({ op: 'All' as const })] : []),
    target.map((each) => ({ op: '==' as const, ...each })),
    target.map((each) => ({ op: 'in' as const, ...each })),
    fc
      .tuple(fc.constantFrom('Person', 'Doc'), target)
      .map(([entity_type, each]) => ({ op: 'is' as const, entity_type, in: each })),
  )
}

function policies(slots: boolean): fc.Arbitrary<PolicyJson> {
  return fc.record({
    effect: fc.constantFrom('permit' as const, 'permit' as const, 'forbid' as const),
    principal: fc.oneof({ weight: 3, arbitrary: fc.constant({ op: 'All' as const }) }, scopes(null)),
    action: fc.oneof(
      { weight: 3, arbitrary: fc.constant({ op: 'All' as const }) },
      actions.map((entity) => ({ op: '==' as const, entity })),
      fc.array(actions, { maxLength: 2 }).map((list) => ({ op: 'in' as const, entities: list })),
    ),
    resource: slots
      ? scopes('?resource')
      : fc.oneof({ weight: 3, arbitrary: fc.constant({ op: 'All' as const }) }, scopes(null)),
    conditions: fc.array(
      fc.record({ kind: fc.constantFrom('when' as const, 'unless' as const), body: expressions('bool', 3) }),
      { maxLength: 2 },
    ),
  })
}

/** Random worlds. */
export const worlds: fc.Arbitrary<World> = entities.chain((list) => {
  const known = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...list.map(({ uid }) => uid as Uid)) }, uids)
  const links = fc.array(known, { maxLength: 2 })
  return fc.record({
    entities: fc.constant(list),
    policies: fc
      .record({ some: fc.array(policies(false), { minLength: 1, maxLength: 5 }), template: policies(true), links })
      .map(({ some, template, links: uid }) => ({
        staticPolicies: Object.fromEntries(some.map((policy, at) => [`policy${at}`, policy])),
        templates: { template },
        templateLinks: uid.map((resource, at) => ({
          templateId: 'template',
          newId: `link${at}`,
          values: { '?resource': resource },
        })),
      })),
    requests: fc.array(fc.record({ principal: known, action: actions, resource: known, context: attributes }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
})
