import type { TimedGrant } from '@holdfast/bundle'
import { compile, createEntities, type EntityJson, evaluate } from '@holdfast/policy'
import { describe, expect, it } from 'vitest'
import { createSlices } from './slices.ts'

const ada = { type: 'Person', id: 'ada' }
const eve = { type: 'Person', id: 'eve' }
const editors = { type: 'Role', id: 'editor' }
const resource = { type: 'Page', id: 'p' }
const scope = (op: object) => ({
  effect: 'permit' as const,
  principal: op,
  action: { op: 'All' },
  resource: { op: 'All' },
  conditions: [],
})
const policies = compile({
  staticPolicies: { editors: scope({ op: 'in', entity: editors }) },
  templates: { lent: scope({ op: '==', slot: '?principal' }) },
} as Parameters<typeof compile>[0])
const list: EntityJson[] = [
  { uid: ada, attrs: {}, parents: [] },
  { uid: editors, attrs: {}, parents: [] },
]

const slicesOf = (timed: TimedGrant[], now: number) =>
  createSlices({ policies, entities: createEntities(list), list, timed }, now)

function allows(grants: ReturnType<ReturnType<typeof slicesOf>>, principal = ada): boolean | null {
  if (grants === null) return null
  const request = { principal, action: { type: 'Action', id: 'a' }, resource }
  return evaluate(grants.policies, request, grants.entities).decision === 'allow'
}

describe('timed grants', () => {
  const membership = { child: ada, parent: editors }
  const link = { templateId: 'lent', newId: 'link-1', values: { '?principal': ada } }

  it.each([
    ['a membership', { membership }],
    ['a link of a template', { link }],
  ])('%s holds from its beginning, and no longer at its end', (_, grant) => {
    const at = slicesOf([{ from: 100_000, until: 200_001, ...grant }], 0)
    const held = [0, 99_999, 100_000, 200_000, 200_001, 1e12].map((now) => allows(at(now)))
    expect(held).toEqual([false, false, true, true, false, false])
  })

  it.each([
    ['a membership', { membership }],
    ['a link of a template', { link }],
  ])('%s that has ended is not revived by a clock that is set back', (_, grant) => {
    const at = slicesOf([{ from: 100, until: 200, ...grant }], 150)
    expect([150, 250, 199, 50, 250].map((now) => allows(at(now)))).toEqual([true, false, false, false, false])
  })

  it('does not go back behind the moment at which it was put together either', () => {
    const at = slicesOf([{ from: null, until: 200, membership }], 250)
    expect([100, 250].map((now) => allows(at(now)))).toEqual([false, false])
  })

  it('is put together anew at boundaries alone', () => {
    const at = slicesOf(
      [
        { from: null, until: 100_000, membership },
        { from: 300_000, until: null, link },
      ],
      0,
    )
    const [first, again, between, last] = [at(0), at(99_999), at(200_000), at(300_000)]
    expect(again).toBe(first)
    expect(new Set([first, between, last]).size).toBe(3)
    expect([first, between, last].map((grants) => allows(grants))).toEqual([true, false, true])
  })

  it('makes nobody known', () => {
    const at = slicesOf([{ from: null, until: null, membership: { child: eve, parent: editors } }], 0)
    expect(at(0)?.entities.get(eve)).toBeUndefined()
    expect(allows(at(0), eve)).toBe(false)
  })

  it('allows nothing while grants contradict each other, and says so at once when they do now', () => {
    const loop = { from: 100_000, until: 200_000, membership: { child: editors, parent: ada } }
    const at = slicesOf([{ from: null, until: null, membership }, loop], 0)
    expect([0, 150_000, 200_000].map((now) => allows(at(now)))).toEqual([true, null, true])
    expect(() => slicesOf([{ from: null, until: null, membership }, loop], 150_000)).toThrow('its own ancestor')
    expect(() => slicesOf([{ from: null, until: null, link: { ...link, templateId: 'none' } }], 0)).toThrow('none')
  })

  it('costs nothing where there are none', () => {
    const at = slicesOf([], 0)
    expect(at(0)?.policies).toBe(policies)
    expect(at(1e12)).toBe(at(0))
  })
})
