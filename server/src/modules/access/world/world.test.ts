import { compile, createEntities, createSchema } from '@holdfast/policy'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { testKeyring } from '../../keys/testing/keyring.ts'
import { type Fixture, openFixture } from '../../../testing/fixture.ts'
import { sealedAttributes } from '../entities/store.ts'
import type { Rules, RulesStore } from '../rules.ts'
import { buildWorld } from './build.ts'
import { createWorlds, type PrincipalEntity } from './index.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

const directory = Array.from(
  { length: 12_000 },
  (_, n): PrincipalEntity => ({
    uid: { type: 'Person', id: `p${n}` },
    parents: [{ type: 'Group', id: `g${n % 50}` }],
  }),
)

const rulesOf = (epoch: number): Rules => ({
  epoch,
  schemaText: '',
  schemaJson: {},
  schema: createSchema({}),
  validated: false,
  bundledTypes: [],
  staticPolicies: {},
  templates: {},
  set: compile({}),
  roles: [],
  base: createEntities([]),
  depth: 1,
  named: [],
  has: { grants: false, types: new Set() },
})

/** Worlds of an application of 12,000 people whose epoch is what the test says, and how often the people were read. */
function worldsOf({ fails = () => false }: { readonly fails?: (reading: number) => boolean } = {}) {
  const state = { epoch: 1, readings: 0 }
  const rules: RulesStore = { of: async () => rulesOf(state.epoch), at: async () => undefined }
  const principalsOf = async () => {
    state.readings += 1
    if (fails(state.readings)) throw new Error('the connection broke')
    return directory
  }
  const worlds = createWorlds({ rules, principalsOf, sealed: sealedAttributes(testKeyring(fixture.database)) })
  const ask = (now = new Date()) =>
    fixture.database.asTenant(fixture.tenant, (tx) => worlds.of(tx, 'shop', now), 'read')
  return { state, ask }
}

describe('a world', () => {
  it('is built once for all who ask at once after a change, and anew for the next epoch', async () => {
    const { state, ask } = worldsOf()
    const now = new Date()
    for (const epoch of [1, 2]) {
      state.epoch = epoch
      const found = await Promise.all(Array.from({ length: 8 }, () => ask(now)))
      expect(found.map((world) => world?.epoch)).toEqual(Array.from({ length: 8 }, () => epoch))
      expect(found[0]?.entities.isIn({ type: 'Person', id: 'p11999' }, { type: 'Group', id: 'g49' })).toBe(true)
      expect(state.readings).toBe(epoch)
    }
  })

  it('is built by those who waited where the one that they waited for fails', async () => {
    const { ask } = worldsOf({ fails: (reading) => reading === 1 })
    const now = new Date()
    const found = await Promise.allSettled([ask(now), ask(now), ask(now)])
    expect(found.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  })

  it('lets others have their turn while it is built', async () => {
    let turns = 0
    let over = false
    const count = () => {
      if (over) return
      turns += 1
      setImmediate(count)
    }
    setImmediate(count)
    await buildWorld('shop', { rules: rulesOf(1), directory, stored: [], grants: [] }, new Date())
    over = true
    // Two of the directory's, six of its entities'.
    expect(turns).toBeGreaterThanOrEqual(8)
  })
})
