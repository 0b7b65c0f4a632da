import fc from 'fast-check'
import type { ActionScopeJson, PolicyJson, PolicySetJson, ScopeJson, TemplateLinkJson, Uid } from '../index.ts'
import { expressions, uids } from './expressions.ts'
import type { Extent } from './worlds.ts'

/** Policy sets with scopes of every kind, static policies, templates and their links. */

export const actions: fc.Arbitrary<Uid> = fc.record({
  type: fc.constant('Action'),
  id: fc.constantFrom('view', 'edit', 'any'),
})

const ALL = fc.constant({ op: 'All' as const })

/** A scope for an entity, or for a slot. */
function scopeFor(target: fc.Arbitrary<{ readonly entity: Uid } | { readonly slot: string }>): fc.Arbitrary<ScopeJson> {
  return fc.oneof(
    target.map((each) => ({ op: '==' as const, ...each })),
    { weight: 2, arbitrary: target.map((each) => ({ op: 'in' as const, ...each })) },
    fc
      .tuple(fc.constantFrom('Person', 'Doc', 'Ns::Thing'), target)
      .map(([entity_type, each]) => ({ op: 'is' as const, entity_type, in: each })),
  )
}

const principalsAndResources: fc.Arbitrary<ScopeJson> = fc.oneof(
  { weight: 4, arbitrary: ALL },
  { weight: 4, arbitrary: scopeFor(uids.map((entity) => ({ entity }))) },
  fc.constantFrom('Person', 'Doc', 'Group').map((entity_type) => ({ op: 'is' as const, entity_type })),
)

const actionScopes: fc.Arbitrary<ActionScopeJson> = fc.oneof(
  { weight: 3, arbitrary: ALL },
  actions.map((entity) => ({ op: '==' as const, entity })),
  fc.constantFrom('view', 'any', 'all').map((id) => ({ op: 'in' as const, entity: { type: 'Action', id } })),
  fc
    .array(fc.constantFrom('view', 'edit', 'any', 'all'), { maxLength: 3 })
    .map((ids) => ({ op: 'in' as const, entities: ids.map((id) => ({ type: 'Action', id })) })),
)

type Slots = readonly ('?principal' | '?resource')[]

function policies(slots: Slots): fc.Arbitrary<PolicyJson> {
  const scope = (slot: '?principal' | '?resource') =>
    slots.includes(slot) ? scopeFor(fc.constant({ slot })) : principalsAndResources
  return fc.record({
    effect: fc.constantFrom('permit' as const, 'permit' as const, 'forbid' as const),
    principal: scope('?principal'),
    action: actionScopes,
    resource: scope('?resource'),
    conditions: fc.array(
      fc.record({ kind: fc.constantFrom('when' as const, 'unless' as const), body: expressions('bool', 3) }),
      { maxLength: 2 },
    ),
  })
}

const TEMPLATES: readonly Slots[] = [['?principal'], ['?resource'], ['?principal', '?resource']]

/** Names that a careless map would take for something else. */
const NAMES = ['__proto__', 'constructor', 'toString', '']

/** Ids are names by their place, but for a few. */
const nameOf = (at: number) => (at % 5 === 4 ? (NAMES[Math.floor(at / 5)] ?? `policy${at}`) : `policy${at}`)

/** @param known whom links name */
export function policySets(extent: Extent, known: fc.Arbitrary<Uid>): fc.Arbitrary<PolicySetJson> {
  const link = fc.record({ template: fc.nat(TEMPLATES.length - 1), principal: known, resource: known })
  return fc
    .record({
      some: fc.array(policies([]), { minLength: 1, maxLength: extent.policies, size: 'max' }),
      templates: fc.tuple(...TEMPLATES.map(policies)),
      links: fc.array(link, { maxLength: extent.links, size: 'max' }),
    })
    .map(({ some, templates, links }) => ({
      staticPolicies: Object.fromEntries(some.map((policy, at) => [nameOf(at), policy])),
      templates: Object.fromEntries(templates.map((template, at) => [`template${at}`, template])),
      templateLinks: links.map(({ template, principal, resource }, at): TemplateLinkJson => {
        const slots = { '?principal': principal, '?resource': resource }
        const values = Object.fromEntries((TEMPLATES[template] ?? []).map((slot) => [slot, slots[slot]]))
        return { templateId: `template${template}`, newId: `link${at}`, values }
      }),
    }))
}
