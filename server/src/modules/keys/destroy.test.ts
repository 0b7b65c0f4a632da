import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { personal } from '../../platform/database/tables.ts'
import { testLedger } from '../../testing/ledger.ts'
import { platformErrors } from '../../platform/errors.ts'
import { refuse } from '../../platform/outcome.ts'
import { testKeyring } from './testing/keyring.ts'
import { type KeysModule, keysModule } from './testing/module.ts'
import { createNotes, notesColumn, readAs, writeNote } from './testing/notes.ts'

let fixture: Fixture
let module: KeysModule
let server: TestServer
const clock = { ahead: 0, now: () => new Date(Date.now() + clock.ahead) }

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createNotes(fixture.admin)
  const notes = {
    scope: 'tenant',
    columns: { tenant_id: 'internal', id: 'internal', note: personal.encrypted },
  } as const
  module = keysModule(fixture, {
    clock,
    kept: ['log'],
    tables: { notes },
    subjectRefusal: async (_, { id }) =>
      id === 'held' ? refuse(platformErrors.forbidden, { explanation: 'held' }) : undefined,
  })
  await module.keys.start()
  server = await startTestServer({
    database: fixture.database,
    routes: module.keys.routes,
    recordEvent: testLedger(fixture.database, { keys: module.keys }).recordEvent,
    tenant: fixture.tenant,
  })
})
afterAll(async () => {
  await server.close()
  module.keys.stop()
  await fixture.close()
})

async function call(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await server.request(path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  return { status: response.status, json: (await response.json()) as Record<string, unknown> }
}

function write(id: string, subject?: string, purpose = 'notes'): Promise<void> {
  const note = module.keys.encrypted({ ...notesColumn, purpose })
  return fixture.database.asTenant(fixture.tenant, (tx) =>
    writeNote(tx, note, { id, text: `note ${id}`, ...(subject !== undefined && { subject }) }),
  )
}

const forget = (subject: string) =>
  module.units.work(contextOf(fixture.tenant), (tx) => module.keys.destroySubject(tx, subject))

async function eventsOf(kind: string): Promise<number> {
  return (await fixture.admin.query('SELECT 1 FROM events WHERE kind = $1', [kind])).rowCount ?? 0
}

describe('destroying the keys of a person', () => {
  it('makes what was theirs unreadable in this process at once, and in others with the next word', async () => {
    await write('a', 'Person/a')
    await write('b', 'Person/b')
    const other = keysModule(fixture)
    await other.keys.start()
    const expected = { a: 'note a', b: 'note b' }
    expect(await readAs(fixture.database, fixture.tenant, module.keys)).toEqual(expected)
    expect(await readAs(fixture.database, fixture.tenant, other.keys)).toEqual(expected)
    expect(await forget('Person/a')).toEqual({ keys: 1 })
    expect(await readAs(fixture.database, fixture.tenant, module.keys)).toEqual({ a: null, b: 'note b' })
    await expect.poll(() => readAs(fixture.database, fixture.tenant, other.keys)).toEqual({ a: null, b: 'note b' })
    other.keys.stop()
    const { rows } = await fixture.admin.query(
      "SELECT wrapped, kek_id, state FROM data_keys WHERE subject = 'Person/a'",
    )
    expect(rows).toEqual([{ wrapped: null, kek_id: null, state: 'destroyed' }])
    expect(await eventsOf('key.destroyed')).toBe(1)
  })

  it('of whom nothing is kept records nothing', async () => {
    const before = await eventsOf('key.destroyed')
    expect(await forget('Person/nobody')).toEqual({ keys: 0 })
    expect(await eventsOf('key.destroyed')).toBe(before)
  })

  it('in a transaction that rolls back destroys nothing', async () => {
    await write('c', 'Person/c')
    const undone = module.units.work(contextOf(fixture.tenant), async (tx) => {
      await module.keys.destroySubject(tx, 'Person/c')
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await readAs(fixture.database, fixture.tenant, module.keys)).toHaveProperty('c', 'note c')
  })

  it("leaves what comes later to a new key, and what is another tenant's alone", async () => {
    await write('d', 'Person/d')
    const theirs = testKeyring(fixture.database)
    const kept = await fixture.database.asTenant(fixture.other, async (tx) => {
      const ring = await theirs.ring(tx, [{ purpose: 'notes', subject: 'Person/d' }])
      return ring.close(
        { purpose: 'notes', subject: 'Person/d' },
        { table: 'notes', row: '1', column: 'note' },
        'theirs',
      )
    })
    await forget('Person/d')
    await write('e', 'Person/d')
    expect(await readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))).toMatchObject({
      d: null,
      e: 'note e',
    })
    const place = { table: 'notes', row: '1', column: 'note' }
    const [plain] = await fixture.database.asTenant(fixture.other, (tx) =>
      testKeyring(fixture.database).openAll(tx, [{ place, sealed: kept }]),
    )
    expect(String(plain)).toBe('theirs')
  })

  it('says before how many values are hit, and does nothing when they are more by then', async () => {
    await write('f', 'Person/f')
    await write('g', 'Person/f')
    const hits = await call('GET', '/api/v1/keys/hits?subject=Person%2Ff')
    expect(hits.json).toMatchObject({ values: 2, columns: [{ table: 'notes', column: 'note', values: 2 }] })
    await write('h', 'Person/f')
    const refused = await call('POST', '/api/v1/keys/destroy', { subject: 'Person/f', values: 2 })
    expect([refused.status, refused.json['code']]).toEqual([409, 'key_hits_more'])
    expect(await readAs(fixture.database, fixture.tenant, module.keys)).toHaveProperty('h', 'note h')
    const done = await call('POST', '/api/v1/keys/destroy', { subject: 'Person/f', values: 3 })
    expect(done).toEqual({ status: 200, json: { keys: 1, values: 3 } })
    expect(await readAs(fixture.database, fixture.tenant, module.keys)).toMatchObject({ f: null, g: null, h: null })
    const again = await call('POST', '/api/v1/keys/destroy', { subject: 'Person/f', values: 3 })
    expect([again.status, again.json['code']]).toEqual([404, 'key_not_found'])
  })
})

it('the keys of a person whom something speaks for are not destroyed', async () => {
  await write('held', 'Person/held')
  const { status } = await call('POST', '/api/v1/keys/destroy', { subject: 'Person/held', values: 9 })
  expect(status).toBe(403)
  expect(await readAs(fixture.database, fixture.tenant, module.keys)).toHaveProperty('held', 'note held')
})

describe('destroying a version of a key', () => {
  async function versionsOf(purpose: string): Promise<{ id: string; version: number; state: string }[]> {
    const { json } = await call('GET', `/api/v1/keys?purpose=${purpose}`)
    return json['items'] as { id: string; version: number; state: string }[]
  }

  it('is refused for the one in use, for one that was in use until now, and when more is hit than was said', async () => {
    await write('k', undefined, 'keyed')
    const [current] = await versionsOf('keyed')
    const id = current?.id
    const destroy = (values: number) => call('POST', '/api/v1/keys/destroy', { id, values })
    expect((await destroy(1)).json['code']).toBe('key_in_use')
    const rotated = await call('POST', '/api/v1/keys/rotate', { purpose: 'keyed' })
    expect([rotated.status, rotated.json['version']]).toEqual([201, 2])
    expect((await destroy(1)).json['code']).toBe('key_used_recently')
    clock.ahead = 200_000
    expect((await destroy(0)).json['code']).toBe('key_hits_more')
    expect((await destroy(1)).status).toBe(200)
    expect((await destroy(1)).json['code']).toBe('key_not_found')
    expect((await versionsOf('keyed')).map(({ version, state }) => [version, state])).toEqual([
      [2, 'current'],
      [1, 'destroyed'],
    ])
    expect(await readAs(fixture.database, fixture.tenant, module.keys)).toHaveProperty('k', null)
  })

  it('is refused while the records that are kept are under it, and for the key of an index', async () => {
    await write('l', undefined, 'log')
    await fixture.database.asTenant(fixture.tenant, (tx) => module.keys.blindIndex(tx, 'log'))
    const [old] = await versionsOf('log')
    await call('POST', '/api/v1/keys/rotate', { purpose: 'log' })
    clock.ahead += 200_000
    const needed = await call('POST', '/api/v1/keys/destroy', { id: old?.id, values: 9 })
    expect(needed.json['code']).toBe('key_needed')
    const [index] = await versionsOf('log%2Findex')
    const refused = await call('POST', '/api/v1/keys/destroy', { id: index?.id, values: 9 })
    expect(refused.json['code']).toBe('key_not_replaceable')
    const rotated = await call('POST', '/api/v1/keys/rotate', { purpose: 'log/index' })
    expect(rotated.json['code']).toBe('key_not_replaceable')
    await fixture.admin.query("DELETE FROM notes WHERE id = 'l'")
    expect((await call('POST', '/api/v1/keys/destroy', { id: old?.id, values: 0 })).status).toBe(200)
  })

  it('is refused while something of a person is under it: their keys go together, when nothing speaks for them', async () => {
    await write('old', 'Person/held')
    const { json } = await call('GET', '/api/v1/keys?purpose=notes&subject=Person%2Fheld')
    const [old] = json['items'] as { id: string }[]
    const rotated = await call('POST', '/api/v1/keys/rotate', { purpose: 'notes', subject: 'Person/held' })
    expect(rotated.status).toBe(201)
    clock.ahead += 200_000
    const refused = await call('POST', '/api/v1/keys/destroy', { id: old?.id, values: 9 })
    expect([refused.status, refused.json['code']]).toEqual([409, 'key_of_subject'])
    expect(await readAs(fixture.database, fixture.tenant, module.keys)).toHaveProperty('old', 'note old')
  })

  it('that cannot be counted in time is said to have encrypted as much as it ever did', async () => {
    await write('m', undefined, 'slow')
    const [key] = await versionsOf('slow')
    await fixture.admin.query('BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE')
    const { json } = await call('GET', `/api/v1/keys/hits?id=${key?.id}`)
    await fixture.admin.query('ROLLBACK')
    expect(json['columns']).toContainEqual({ table: 'notes', column: 'note', values: null })
    expect(json['values']).toBeGreaterThanOrEqual(32)
  })

  it('of another tenant is not found', async () => {
    await fixture.database.asTenant(fixture.other, (tx) => module.keys.ring(tx, [{ purpose: 'foreign' }]))
    const { rows } = await fixture.admin.query("SELECT id FROM data_keys WHERE purpose = 'foreign'")
    const { id } = rows[0] as { id: string }
    expect((await call('GET', `/api/v1/keys/hits?id=${id}`)).status).toBe(404)
    expect((await call('POST', '/api/v1/keys/destroy', { id, values: 99 })).status).toBe(404)
    expect(await versionsOf('foreign')).toEqual([])
    expect((await call('POST', '/api/v1/keys/rotate', { purpose: 'foreign' })).status).toBe(404)
  })

  it('shows no bytes of any key', async () => {
    const { rows } = await fixture.admin.query<{ wrapped: Buffer }>(
      'SELECT wrapped FROM data_keys WHERE wrapped IS NOT NULL',
    )
    const shown = JSON.stringify([
      (await call('GET', '/api/v1/keys?limit=200')).json,
      (await call('GET', '/api/v1/key-encryption-keys')).json,
    ])
    expect(rows.length).toBeGreaterThan(3)
    for (const { wrapped } of rows)
      for (const form of ['hex', 'base64', 'base64url'] as const)
        expect(shown).not.toContain(wrapped.toString(form).slice(20, 60))
  })
})
