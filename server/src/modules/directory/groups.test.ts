import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { systemRandom } from '../../platform/random.ts'
import { createUnitOfWork, type Tx, type UnitOfWork } from '../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { quickSignIn } from '../../testing/visitor.ts'
import { startWholeServer } from '../../testing/whole-server.ts'
import { testKeyring } from '../keys/testing/keyring.ts'
import { createDirectory, type Directory } from './index.ts'

let fixture: Fixture
let units: UnitOfWork
let directory: Directory
let changes = 0

beforeEach(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  units = createUnitOfWork(fixture.database, async () => '')
  changes = 0
  directory = createDirectory({
    clock: systemClock,
    random: systemRandom(systemClock),
    keys: testKeyring(fixture.database),
    decide: async () => ({ allowed: true, explanation: '', reasons: [] }),
    principalGone: async () => {},
    hierarchyChanged: async () => {
      changes += 1
    },
    passwords: {
      prepare: () => Promise.reject(new Error('no passwords here')),
      imported: () => {
        throw new Error('no passwords here')
      },
      store: async () => {},
      holders: async (_, ids) => new Set(ids),
    },
    canSignIn: async (_, ids) => new Set(ids),
    sessions: { revokeAllOf: async () => 0 },
    applications: { exists: async () => true },
    powerOf: async () => false,
    publicUrl: 'http://holdfast.test',
    trust: async () => ({ keys: [] }),
  })
  for (const tenant of [fixture.tenant, fixture.other]) await inTenant((tx) => directory.provisionTenant(tx), tenant)
})
afterEach(() => fixture.close())

const inTenant = <T>(run: (tx: Tx) => Promise<T>, tenant = fixture.tenant) => units.work(contextOf(tenant), run)

async function enrol(name: string, tenant = fixture.tenant): Promise<string> {
  const enrolled = await inTenant((tx) => directory.enrolOperator(tx, { email: `${name}@x.example`, name }), tenant)
  if (!enrolled.ok) throw new Error(enrolled.error.code)
  return enrolled.value.id
}

describe('groups', () => {
  it('that the policies speak of are there from the start, once', async () => {
    await inTenant((tx) => directory.provisionTenant(tx))
    const principals = await inTenant((tx) => directory.principalsOf(tx))
    expect(principals.map(({ uid }) => uid.id)).toEqual(['admins', 'auditors', 'gateways', 'provisioning', 'support'])
  })

  it('hold the members of the groups inside of them', async () => {
    const ada = await enrol('ada')
    await fixture.admin.query(
      `INSERT INTO groups (tenant_id, id, name, created_at) SELECT $1, id, id, now() FROM unnest(ARRAY['outer', 'outermost']) id`,
      [fixture.tenant],
    )
    await fixture.admin.query(
      `INSERT INTO group_parents VALUES ($1, 'admins', 'outer'), ($1, 'outer', 'outermost'), ($1, 'admins', 'outermost')`,
      [fixture.tenant],
    )
    const principal = { type: 'Person', id: ada }
    expect(await inTenant((tx) => directory.groupsOf(tx, principal))).toEqual(['admins', 'outer', 'outermost'])
    const entities = await inTenant((tx) => directory.principalsOf(tx))
    expect(entities.find(({ uid }) => uid.id === ada)?.parents).toEqual([{ type: 'Group', id: 'admins' }])
    expect(entities.find(({ uid }) => uid.id === 'admins')?.parents.map(({ id }) => id)).toEqual(['outer', 'outermost'])
  })

  it('say nothing of whom they do not know: unknown, disabled, of another kind', async () => {
    const ada = await enrol('ada')
    await fixture.admin.query("UPDATE people SET state = 'disabled'")
    for (const uid of [
      { type: 'Person', id: ada },
      { type: 'Service', id: ada },
      { type: 'Group', id: 'admins' },
      { type: 'Person', id: "' OR true" },
    ]) {
      expect(await inTenant((tx) => directory.groupsOf(tx, uid)), uid.type).toBeUndefined()
    }
    const entities = await inTenant((tx) => directory.principalsOf(tx))
    expect(entities.some(({ uid }) => uid.type === 'Person')).toBe(false)
  })

  it('and everything else are of one tenant: another sees nothing and names nothing of it', async () => {
    const ada = await enrol('ada')
    const before = changes
    const bob = await enrol('ada', fixture.other)
    expect(bob).not.toBe(ada)
    expect(changes).toBe(before + 1)
    const other = <T>(run: (tx: Tx) => Promise<T>) => inTenant(run, fixture.other)
    expect(await other((tx) => directory.person(tx, ada))).toBeNull()
    expect(await other((tx) => directory.groupsOf(tx, { type: 'Person', id: ada }))).toBeUndefined()
    expect((await other((tx) => directory.personByEmail(tx, 'ada@x.example')))?.id).toBe(bob)
    expect(await other((tx) => directory.signingIn(tx, ada))).toBeNull()
    // The foreign key names the tenant: its check passes row-level security by.
    const forged = fixture.admin.query(
      `INSERT INTO memberships (tenant_id, group_id, person_id, created_at) VALUES ($1, 'support', $2, now())`,
      [fixture.other, ada],
    )
    await expect(forged).rejects.toThrow('foreign key')
  })
})

describe('over HTTP', () => {
  it('groups are made, moved and removed, never in a circle', async () => {
    const whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
    try {
      const groups = '/api/v1/groups'
      const post = async (body: object) => (await whole.call('POST', groups, body)).json
      expect(await post({ id: 'a', name: 'A' })).toEqual({
        id: 'a',
        name: 'A',
        parents: [],
        members: 0,
        builtin: false,
      })
      expect(await post({ id: 'b', name: 'B', parents: ['a', 'a'] })).toMatchObject({ parents: ['a'] })
      expect(await post({ id: 'c', name: 'C', parents: ['b', 'a'] })).toMatchObject({ parents: ['a', 'b'] })
      expect(await post({ id: 'a', name: 'again' })).toMatchObject({ status: 409, code: 'group_exists' })
      expect(await post({ id: 'd', name: 'D', parents: ['d'] })).toMatchObject({ code: 'group_cycle' })
      expect(await post({ id: 'd', name: 'D', parents: ['nothing'] })).toMatchObject({ status: 422 })
      expect(await post({ id: 'No Slug', name: 'D' })).toMatchObject({ status: 422 })

      const patch = async (id: string, body: object) => (await whole.call('PATCH', `${groups}/${id}`, body)).json
      expect(await patch('a', { parents: ['c'] })).toMatchObject({ status: 409, code: 'group_cycle' })
      expect(await patch('a', { parents: ['a'] })).toMatchObject({ status: 409, code: 'group_cycle' })
      const both = await Promise.all([patch('c', { parents: [] }), patch('a', { name: 'Alpha' })])
      expect(both).toMatchObject([{ parents: [] }, { name: 'Alpha' }])
      // Two moves, each right by itself, that together would be a circle.
      await post({ id: 'x', name: 'X' })
      await post({ id: 'y', name: 'Y' })
      const circle = await Promise.all([patch('x', { parents: ['y'] }), patch('y', { parents: ['x'] })])
      expect(circle.filter(({ code }) => code === 'group_cycle')).toHaveLength(1)
      expect(await patch('admins', { name: 'Mine' })).toMatchObject({ status: 409, code: 'group_builtin' })
      expect(await patch('nothing', { name: 'x' })).toMatchObject({ status: 404 })

      const drop = async (id: string) => (await whole.call('DELETE', `${groups}/${id}`)).status
      expect([await drop('admins'), await drop('nothing'), await drop('b')]).toEqual([409, 404, 200])
      expect([await drop('%00'), (await patch('%00', { name: 'x', parents: [] }))['status']]).toEqual([404, 404])
      const { json } = await whole.call('GET', groups)
      const left = ['a', 'admins', 'auditors', 'bootstrap', 'c', 'gateways', 'provisioning', 'support', 'x', 'y']
      expect((json['items'] as { id: string }[]).map(({ id }) => id)).toEqual(left)
    } finally {
      await whole.close()
    }
  })
})
