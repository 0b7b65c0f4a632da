import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { systemRandom } from '../../platform/random.ts'
import type { Tx } from '../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../testing/fixture.ts'
import { createRewrap } from './kek.ts'
import { replace } from './rotate.ts'
import { nextKek } from './rotate-kek.ts'
import { testRoot } from './seal/testing/root.ts'
import { testKeyring } from './testing/keyring.ts'
import { type KeysModule, keysModule } from './testing/module.ts'
import { createNotes, notesColumn, readAs, writeNote } from './testing/notes.ts'

const random = systemRandom(systemClock)
let fixture: Fixture
let module: KeysModule

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createNotes(fixture.admin)
})
afterAll(() => fixture.close())

beforeEach(async () => {
  module = keysModule(fixture, { config: { retireSeconds: 0 } })
  await fixture.admin.query('DELETE FROM notes')
})

async function write(id: string, keys = testKeyring(fixture.database), subject?: string): Promise<void> {
  const note = keys.encrypted(notesColumn)
  await fixture.database.asTenant(fixture.tenant, (tx) =>
    writeNote(tx, note, { id, text: `note ${id}`, ...(subject !== undefined && { subject }) }),
  )
}

async function stored(): Promise<string[]> {
  const { rows } = await fixture.admin.query<{ note: string }>(
    "SELECT encode(note, 'hex') AS note FROM notes ORDER BY id",
  )
  return rows.map(({ note }) => note)
}

async function versions(purpose: string): Promise<unknown[]> {
  const { rows } = await fixture.admin.query<{ version: number; state: string }>(
    "SELECT version, state FROM data_keys WHERE purpose = $1 AND subject = '' ORDER BY version",
    [purpose],
  )
  return rows.map(({ version, state }) => [version, state])
}

async function keks(): Promise<{ version: number; state: string; bytes: boolean }[]> {
  const { rows } = await fixture.admin.query(
    'SELECT version, state, wrapped IS NOT NULL AS bytes FROM key_encryption_keys ORDER BY version',
  )
  return rows
}

function rotateKek(keyring = testKeyring(fixture.database), more: (tx: Tx) => Promise<void> = async () => {}) {
  const { units, jobs } = module
  const own = { clock: systemClock, random, root: testRoot(), keks: keyring.keks, jobs: () => jobs }
  return units.work(contextOf(fixture.tenant), async (tx) => {
    await nextKek(tx, own, 'asked')
    await more(tx)
  })
}

describe('a data key that is replaced', () => {
  it('still opens what it closed; what is written from then on is under the next version', async () => {
    const writer = testKeyring(fixture.database)
    // Twice, since a key is not kept in memory by the transaction that makes it.
    for (const id of ['0', 'a']) await write(id, writer)
    const before = await stored()
    const { rows } = await fixture.admin.query(
      "SELECT id, purpose, subject, version FROM data_keys WHERE purpose = 'notes'",
    )
    await module.units.work(contextOf(fixture.tenant), (tx) =>
      replace(tx, testKeyring(fixture.database), rows[0], 'asked'),
    )
    expect(await versions('notes')).toEqual([
      [1, 'retired'],
      [2, 'current'],
    ])
    await write('b')
    // A process that has not heard of it goes on for a moment, and loses nothing.
    await write('c', writer)
    expect((await stored()).slice(0, 2)).toEqual(before)
    expect(await readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))).toEqual({
      0: 'note 0',
      a: 'note a',
      b: 'note b',
      c: 'note c',
    })
    const ids = (await stored()).map((note) => note.slice(2, 34))
    expect([ids[1] === ids[2], ids[1] === ids[3]]).toEqual([false, true])
  })
})

describe('a key-encryption key that is replaced', () => {
  it('is destroyed once every data key is wrapped anew, and no data was touched', async () => {
    await write('a')
    await write('b', undefined, 'Person/b')
    const before = { notes: await stored(), keks: (await keks()).length }
    await rotateKek()
    expect((await keks()).at(-1)?.state).toBe('current')
    // Before the job has run, everybody reads and writes as ever.
    await write('c')
    expect(await readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))).toHaveProperty('a', 'note a')
    expect(await module.runJob('keys.rewrap')).toBeUndefined()
    const after = await keks()
    expect(after).toHaveLength(before.keks + 1)
    expect(after.slice(0, -1).every(({ state, bytes }) => state === 'retired' && !bytes)).toBe(true)
    expect((await stored()).slice(0, 2)).toEqual(before.notes)
    expect(await readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))).toEqual({
      a: 'note a',
      b: 'note b',
      c: 'note c',
    })
    const { rows } = await fixture.admin.query<{ kind: string }>(
      "SELECT kind FROM events WHERE kind IN ('key.rotated', 'key.retired') ORDER BY id DESC LIMIT 2",
    )
    expect(rows.map(({ kind }) => kind)).toEqual(['key.retired', 'key.rotated'])
  })

  it('is kept for a while for replicas that have not heard of it, and the job comes again', async () => {
    const patient = keysModule(fixture, { config: { retireSeconds: 120 } })
    await rotateKek()
    const again = await patient.runJob('keys.rewrap')
    expect(again).toBeGreaterThan(100)
    expect((await keks()).filter(({ state }) => state === 'retiring')).toHaveLength(1)
    expect(await module.runJob('keys.rewrap')).toBeUndefined()
    expect((await keks()).filter(({ state }) => state === 'retiring')).toHaveLength(0)
  })

  it('that a rolled back rotation would have made is used by nobody', async () => {
    const keyring = testKeyring(fixture.database)
    const before = await keks()
    const undone = rotateKek(keyring, async (tx) => {
      // Reads them in this transaction, as recording does.
      await keyring.ring(tx, [{ purpose: 'fresh' }])
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await keks()).toEqual(before)
    await fixture.database.asTenant(fixture.tenant, (tx) => keyring.ring(tx, [{ purpose: 'fresh' }]))
    expect(await versions('fresh')).toEqual([[1, 'current']])
  })

  describe('under the hands of one who makes a data key', () => {
    const name = { purpose: 'racing' }
    const place = { table: 'notes', row: '1', column: 'note' }

    /** Somebody makes a data key under it and has not committed; meanwhile it is replaced, and destroyed if it can be. */
    async function race(): Promise<{ destroyed: PromiseSettledResult<unknown>; opens: Promise<unknown> }> {
      const [made, commit] = [Promise.withResolvers<Buffer>(), Promise.withResolvers<void>()]
      const maker = fixture.database.asTenant(fixture.tenant, async (tx) => {
        const ring = await testKeyring(fixture.database).ring(tx, [name])
        made.resolve(ring.close(name, place, 'kept'))
        await commit.promise
      })
      const sealed = await made.promise
      await rotateKek()
      const destroying = Promise.allSettled([module.runJob('keys.rewrap')])
      await sleep(200)
      commit.resolve()
      await maker
      const [destroyed] = await destroying
      const opens = fixture.database.asTenant(fixture.tenant, (tx) =>
        testKeyring(fixture.database).openAll(tx, [{ place, sealed }]),
      )
      await Promise.allSettled([opens])
      await fixture.admin.query("DELETE FROM data_keys WHERE purpose = 'racing'")
      return { destroyed, opens }
    }

    it('it is waited for, and not destroyed; the job comes again and does it', async () => {
      const { destroyed, opens } = await race()
      expect(destroyed.status).toBe('rejected')
      expect(String(((await opens) as Buffer[])[0])).toBe('kept')
      expect(await module.runJob('keys.rewrap')).toBeUndefined()
      expect((await keks()).filter(({ state }) => state === 'retiring')).toEqual([])
    })

    it('the twin that only looks whether one is there loses it', async () => {
      await fixture.admin.query('ALTER TABLE data_keys DROP CONSTRAINT data_keys_kek_id_kek_live_fkey')
      const { destroyed, opens } = await race()
      expect(destroyed.status).toBe('fulfilled')
      await expect(opens).rejects.toThrow()
      await fixture.admin.query(
        'ALTER TABLE data_keys ADD FOREIGN KEY (kek_id, kek_live) REFERENCES key_encryption_keys (id, live)',
      )
    })
  })
})

describe('the root key', () => {
  it('that is replaced wraps every key-encryption key anew, and nothing else changes', async () => {
    await write('a')
    await rotateKek()
    const from = await fixture.database.asSystem((tx) => testRoot(7).inForce(tx))
    const next = { ...(await fixture.database.asSystem((tx) => testRoot(8).inForce(tx))), generation: 2 }
    const rewrap = createRewrap(random)
    const count = await fixture.database.asSystem((tx) => rewrap(tx, from, next))
    expect(count).toBe((await keks()).filter(({ bytes }) => bytes).length)
    const under = testKeyring(fixture.database, {}, { root: { inForce: async () => next } })
    expect(await readAs(fixture.database, fixture.tenant, under)).toEqual({ a: 'note a' })
    await expect(readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))).rejects.toThrow()
    await fixture.database.asSystem((tx) => rewrap(tx, next, from))
    expect(await readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))).toEqual({ a: 'note a' })
  })
})

describe('the hourly job', () => {
  it('replaces what is too old, adds up what was used, and comes again', async () => {
    const old = keysModule(fixture, {
      config: { kekDays: 90, dataKeyDays: 365, retireSeconds: 0 },
      clock: { now: () => new Date(Date.now() + 400 * 86_400_000) },
    })
    await write('a')
    await write('b', undefined, 'Person/b')
    const before = { keks: (await keks()).length, notes: (await versions('notes')).length }
    expect(await old.runJob('keys.tend')).toBe(3600)
    expect((await keks()).length).toBe(before.keks + 1)
    expect((await versions('notes')).length).toBe(before.notes + 1)
    const { rows } = await fixture.admin.query(
      "SELECT count(*)::int AS people FROM data_keys WHERE subject <> '' AND state = 'retired'",
    )
    expect(rows).toEqual([{ people: 0 }])
    expect((await fixture.admin.query('SELECT 1 FROM data_key_uses')).rowCount).toBeLessThan(10)
    await old.runJob('keys.rewrap')
    expect(await readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))).toEqual({
      a: 'note a',
      b: 'note b',
    })
  })

  it('finds nothing to do when everything is young', async () => {
    const before = await keks()
    await module.runJob('keys.tend')
    expect(await keks()).toEqual(before)
  })
})
