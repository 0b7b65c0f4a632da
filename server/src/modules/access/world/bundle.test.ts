import { compile, createEntities, createSchema, type PolicyJson } from '@holdfast/policy'
import { parsePolicy } from '@holdfast/policy/authoring'
import { describe, expect, it } from 'vitest'
import { attributeDepth, namedInConditions } from '../point/depth.ts'
import type { Parts } from './build.ts'
import { bundleParts, lastingOf } from './bundle.ts'
import type { StoredEntity } from './types.ts'

const uid = (type: string, id: string) => ({ type, id })
const entity = (type: string, id: string, more: Partial<StoredEntity> = {}): StoredEntity => ({
  uid: uid(type, id),
  attrs: {},
  tags: {},
  parents: [],
  ...more,
})
const reference = (type: string, id: string) => ({ __entity: uid(type, id) })

const stored = [
  entity('Config', 'main', { attrs: { locked: true } }),
  entity('Config', 'first', { attrs: { next: reference('Config', 'main') } }),
  entity('Config', 'zero', { attrs: { next: reference('Config', 'first') } }),
  entity('Config', 'tagged', { tags: { next: reference('Config', 'main') } }),
  entity('Team', 'a', { parents: [uid('Team', 'b')] }),
  entity('Team', 'b', { parents: [uid('Team', 'c')], attrs: { lead: reference('Config', 'main') } }),
  entity('Team', 'c'),
  entity('Team', 'x', { parents: [uid('Team', 'c')] }),
  entity('Folder', 'f'),
  entity('Person', 'ada', { attrs: { clearance: 3 } }),
  entity('Person', 'ben', { attrs: { clearance: 1 } }),
]

function policiesOf(texts: Readonly<Record<string, string>>) {
  const of = { staticPolicies: {} as Record<string, PolicyJson>, templates: {} as Record<string, PolicyJson> }
  for (const [name, text] of Object.entries(texts)) {
    const parsed = parsePolicy(name, text)
    if (!parsed.ok) throw new Error(parsed.findings[0]?.message)
    of[parsed.kind === 'template' ? 'templates' : 'staticPolicies'][name] = parsed.policy
  }
  return of
}

function partsOf(texts: Readonly<Record<string, string>>, bundledTypes: readonly string[]): Parts {
  const policies = policiesOf(texts)
  const all = [...Object.values(policies.staticPolicies), ...Object.values(policies.templates)]
  return {
    rules: {
      epoch: 1,
      schemaText: '',
      schemaJson: {},
      schema: createSchema({}),
      validated: false,
      bundledTypes,
      ...policies,
      set: compile(policies),
      roles: [],
      base: createEntities([]),
      depth: attributeDepth(all),
      named: namedInConditions(all),
      has: { grants: false, types: new Set(stored.map((one) => one.uid.type)) },
    },
    directory: ['ada', 'ben'].map((id) => ({ uid: uid('Person', id), parents: [] })),
    stored,
    grants: [],
  }
}

/** Which stored entities travel, the attributes and tags of each with them. */
async function travelling(
  texts: Readonly<Record<string, string>>,
  { bundled = [], tried }: { readonly bundled?: readonly string[]; readonly tried?: string } = {},
) {
  const parts = partsOf(texts, bundled)
  const candidate = tried === undefined ? null : { id: 'c', policies: { ...policiesOf({ tried }), templateLinks: [] } }
  const { entities } = await bundleParts('docs', parts, lastingOf(parts, new Date()), candidate)
  const whole = new Map(stored.map((one) => [JSON.stringify([one.uid, one.attrs, one.tags]), one.uid]))
  return entities
    .map(({ uid: which, attrs, tags }) => whole.get(JSON.stringify([which, attrs, tags ?? {}])))
    .flatMap((which) => (which === undefined ? [] : [`${which.type} ${which.id}`]))
    .toSorted()
}

const when = (condition: string) => ({ lock: `forbid (principal, action, resource) when { ${condition} };` })

describe('a bundle has what the policies look into by themselves, whatever its type', () => {
  it.each([
    ['true', []],
    ['resource == Config::"main"', []],
    ['Config::"main" has locked && Config::"main".locked', ['Config main']],
    ['Config::"first" has next && Config::"first".next has locked', ['Config first', 'Config main']],
    ['Config::"zero".next.next.locked', ['Config first', 'Config main', 'Config zero']],
    ['Config::"tagged".hasTag("next")', ['Config main', 'Config tagged']],
    ['Team::"a" in Team::"c"', ['Config main', 'Team a', 'Team b', 'Team c']],
    ['Person::"ada" has clearance', ['Person ada']],
    ['Config::"nowhere" has locked', []],
  ])('%s', async (condition, expected) => {
    expect(await travelling(when(condition))).toEqual(expected)
  })

  it('of a template, and of a candidate that looks further', async () => {
    const template = 'permit (principal == ?principal, action, resource) when { Config::"main".locked };'
    expect(await travelling({ template })).toEqual(['Config main'])
    const tried = 'permit (principal, action, resource) when { Config::"zero".next.next.locked };'
    expect(await travelling({}, { tried })).toEqual(['Config first', 'Config main', 'Config zero'])
  })

  it('beside the types that travel whole', async () => {
    const texts = when('Config::"main" has locked')
    expect(await travelling(texts, { bundled: ['Folder'] })).toEqual(['Config main', 'Folder f'])
    expect(await travelling({}, { bundled: ['Person'] })).toEqual(['Person ada', 'Person ben'])
  })
})
