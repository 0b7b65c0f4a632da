import { OpenError } from '@holdfast/envelope'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { testRoot } from './seal/testing/root.ts'
import { testKeyring } from './testing/keyring.ts'
import type { Db, Keyring, WantedKey } from './types.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

const place = { table: 'things', row: '1', column: 'note' }

function close(keys: Keyring, name: WantedKey, text = 'x', tenant = fixture.tenant): Promise<Buffer> {
  return fixture.database.asTenant(tenant, async (tx) => (await keys.ring(tx, [name])).close(name, place, text))
}

function open(keys: Keyring, sealed: Buffer, tenant = fixture.tenant): Promise<string | null> {
  return fixture.database.asTenant(
    tenant,
    async (tx) => {
      const [plain] = await keys.openAll(tx, [{ place, sealed }])
      return plain?.toString() ?? null
    },
    'read',
  )
}

async function keysOf(purpose: string): Promise<{ id: string; version: number; state: string; subject: string }[]> {
  const { rows } = await fixture.admin.query(
    'SELECT id, version, state, subject FROM data_keys WHERE purpose = $1 ORDER BY subject, version',
    [purpose],
  )
  return rows
}

describe('a ring', () => {
  it('closes what opens again, in this process and in another', async () => {
    const [one, two] = [testKeyring(fixture.database), testKeyring(fixture.database)]
    const all = { purpose: 'notes' }
    const own = { purpose: 'notes', subject: 'Person/1' }
    const sealed = await fixture.database.asTenant(fixture.tenant, async (tx) => {
      const ring = await one.ring(tx, [all, own])
      return [ring.close(all, place, 'hello'), ring.close(own, place, 'there')] as const
    })
    for (const keys of [one, two]) {
      expect(await open(keys, sealed[0])).toBe('hello')
      expect(await open(keys, sealed[1])).toBe('there')
    }
    expect((await keysOf('notes')).map(({ subject, version }) => [subject, version])).toEqual([
      ['', 1],
      ['Person/1', 1],
    ])
  })

  it('does not open what was moved to another tenant, not even with the key row', async () => {
    const keys = testKeyring(fixture.database)
    const sealed = await close(keys, { purpose: 'moving' })
    // Another tenant does not see the key; in the process it is in memory, and is not given out.
    await expect(open(keys, sealed, fixture.other)).rejects.toThrow(/key_missing/)
    await expect(open(testKeyring(fixture.database), sealed, fixture.other)).rejects.toThrow(/key_missing/)
    await fixture.admin.query("UPDATE data_keys SET tenant_id = $1 WHERE purpose = 'moving'", [fixture.other])
    await expect(open(testKeyring(fixture.database), sealed, fixture.other)).rejects.toThrow(OpenError)
  })

  it('does not use a key for another purpose or person than it was made for', async () => {
    const sealed = await close(testKeyring(fixture.database), { purpose: 'labelled' })
    for (const change of ["purpose = 'relabelled'", "subject = 'Person/9'", 'version = 9']) {
      await fixture.admin.query(`UPDATE data_keys SET ${change} WHERE purpose = 'labelled'`)
      await expect(open(testKeyring(fixture.database), sealed)).rejects.toThrow(OpenError)
      await fixture.admin.query(
        "UPDATE data_keys SET purpose = 'labelled', subject = '', version = 1 WHERE purpose IN ('labelled', 'relabelled')",
      )
    }
    expect(await open(testKeyring(fixture.database), sealed)).toBe('x')
  })

  it('refuses a key that was not asked for, more values than asked for a new key can count, and odd names', async () => {
    const keys = testKeyring(fixture.database, { messagesPerKey: 16 })
    await fixture.database.asTenant(fixture.tenant, async (tx) => {
      const ring = await keys.ring(tx, [{ purpose: 'counted' }])
      expect(() => ring.close({ purpose: 'other' }, place, 'x')).toThrow(/not asked for/)
      for (let at = 0; at < 16; at++) ring.close({ purpose: 'counted' }, place, 'x')
      expect(() => ring.close({ purpose: 'counted' }, place, 'x')).toThrow(/more messages/)
      for (const purpose of ['', 'Notes', 'a b', '1a', 'a/b'])
        await expect(keys.ring(tx, [{ purpose }])).rejects.toThrow(TypeError)
    })
  })

  it('works in transactions of tenants only', async () => {
    const keys = testKeyring(fixture.database)
    await expect(fixture.database.asSystem((tx) => keys.ring(tx, [{ purpose: 'notes' }]))).rejects.toThrow(TypeError)
    await expect(fixture.database.asSystem((tx) => keys.openAll(tx, []))).rejects.toThrow(TypeError)
    await expect(fixture.database.asSystem((tx) => keys.blindIndex(tx, 'notes'))).rejects.toThrow(TypeError)
  })
})

describe('a key that was made in a transaction that rolled back', () => {
  class Undone extends Error {}

  async function rolledBack(keys: Keyring, name: WantedKey, more: (tx: Db) => Promise<void> = async () => {}) {
    let sealed: Buffer = Buffer.alloc(0)
    const run = fixture.database.asTenant(fixture.tenant, async (tx) => {
      sealed = (await keys.ring(tx, [name])).close(name, place, 'lost')
      // Within its transaction it opens too, and is used again.
      expect(String((await keys.openAll(tx, [{ place, sealed }]))[0])).toBe('lost')
      await more(tx)
      throw new Undone()
    })
    await expect(run).rejects.toThrow(Undone)
    return sealed
  }

  it('is never used again', async () => {
    const keys = testKeyring(fixture.database)
    const lost = await rolledBack(keys, { purpose: 'undone' })
    expect(await keysOf('undone')).toEqual([])
    await expect(open(keys, lost)).rejects.toThrow(/key_missing/)
    const sealed = await close(keys, { purpose: 'undone' }, 'kept')
    expect(await open(testKeyring(fixture.database), sealed)).toBe('kept')
    expect(await keysOf('undone')).toHaveLength(1)
  })

  it('nor when only a savepoint was rolled back', async () => {
    const keys = testKeyring(fixture.database)
    const name = { purpose: 'saved' }
    const sealed = await fixture.database.asTenant(fixture.tenant, async (tx) => {
      await sql`SAVEPOINT here`.execute(tx.kysely())
      await keys.ring(tx, [name])
      await sql`ROLLBACK TO SAVEPOINT here`.execute(tx.kysely())
      return (await keys.ring(tx, [name])).close(name, place, 'kept')
    })
    expect(await open(testKeyring(fixture.database), sealed)).toBe('kept')
  })

  it('nor is a replacement', async () => {
    const keys = testKeyring(fixture.database, { messagesPerKey: 16 })
    const name = { purpose: 'replaced', messages: 16 }
    await close(keys, name)
    await rolledBack(keys, name)
    expect((await keysOf('replaced')).map(({ version, state }) => [version, state])).toEqual([[1, 'current']])
    const sealed = await close(keys, name, 'kept')
    expect(await open(testKeyring(fixture.database), sealed)).toBe('kept')
    expect((await keysOf('replaced')).map(({ version, state }) => [version, state])).toEqual([
      [1, 'retired'],
      [2, 'current'],
    ])
  })
})

describe('keys of the installation', () => {
  it('belong to no tenant, and are seen by none', async () => {
    const [one, two] = [testKeyring(fixture.database), testKeyring(fixture.database)]
    const sealed = await one.installation.close(place, Buffer.from('private'))
    expect(String(await two.installation.open(place, sealed))).toBe('private')
    await expect(two.installation.open({ ...place, row: '2' }, sealed)).rejects.toThrow(OpenError)
    await expect(open(two, sealed)).rejects.toThrow(/key_missing/)
    const { rows } = await fixture.database.asTenant(fixture.tenant, (tx) =>
      sql`SELECT 1 FROM data_keys WHERE tenant_id IS NULL`.execute(tx.kysely()),
    )
    expect(rows).toEqual([])
  })
})

it('another root key opens nothing', async () => {
  const sealed = await close(testKeyring(fixture.database), { purpose: 'rooted' })
  const other = testKeyring(fixture.database, {}, { root: testRoot(8) })
  await expect(open(other, sealed)).rejects.toThrow(OpenError)
})
