import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { testKeyring } from './testing/keyring.ts'
import { createNotes, notesColumn, readAs, readNotes, writeNote } from './testing/notes.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createNotes(fixture.admin)
})
afterAll(() => fixture.close())

describe('an encrypted column', () => {
  it('reads as it was written, in the order of the rows, and shows nothing of it in the database', async () => {
    const keys = testKeyring(fixture.database)
    const note = keys.encrypted(notesColumn)
    await fixture.database.asTenant(fixture.tenant, async (tx) => {
      for (const id of ['a', 'b', 'c'])
        await writeNote(tx, note, { id, text: `Zoë's secret ${id}`, subject: `Person/${id}` })
      await writeNote(tx, note, { id: 'd', text: '' })
      expect(Object.keys(await readNotes(tx, note))).toEqual(['a', 'b', 'c', 'd'])
    })
    const expected = { a: "Zoë's secret a", b: "Zoë's secret b", c: "Zoë's secret c", d: '' }
    expect(await readAs(fixture.database, fixture.tenant, keys)).toEqual(expected)
    expect(await readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))).toEqual(expected)
    const { rows } = await fixture.admin.query<{ text: string }>("SELECT encode(note, 'escape') AS text FROM notes")
    for (const { text } of rows) expect(text).not.toContain('secret')
  })

  it('of a row that was copied to another does not open', async () => {
    await fixture.admin.query("UPDATE notes SET note = (SELECT note FROM notes WHERE id = 'b') WHERE id = 'a'")
    await expect(readAs(fixture.database, fixture.tenant, testKeyring(fixture.database))).rejects.toThrow(
      expect.objectContaining({ reason: 'not_authentic' }),
    )
    await fixture.admin.query("DELETE FROM notes WHERE id = 'a'")
  })

  it('asks the database once for all keys, and not again', async () => {
    const keys = testKeyring(fixture.database)
    await readAs(fixture.database, fixture.tenant, keys)
    await fixture.admin.query('ALTER TABLE data_keys RENAME TO elsewhere')
    try {
      expect((await readAs(fixture.database, fixture.tenant, keys))['c']).toBe("Zoë's secret c")
    } finally {
      await fixture.admin.query('ALTER TABLE elsewhere RENAME TO data_keys')
    }
  })
})

describe('a blind index', () => {
  const indexAs = (tenant: string, keys = testKeyring(fixture.database)) =>
    fixture.database.asTenant(tenant, async (tx) => (await keys.blindIndex(tx, 'notes'))('notes.note', 'ada'))

  it('is the same in every process, and another for each tenant', async () => {
    const first = await indexAs(fixture.tenant)
    expect(first).toHaveLength(32)
    expect(await indexAs(fixture.tenant)).toEqual(first)
    expect(await indexAs(fixture.other)).not.toEqual(first)
  })

  it('stays, however often it is used', async () => {
    const keys = testKeyring(fixture.database, { messagesPerKey: 16 })
    const first = await indexAs(fixture.tenant, keys)
    for (let at = 0; at < 40; at++) expect(await indexAs(fixture.tenant, keys)).toEqual(first)
    const { rows } = await fixture.database.asTenant(fixture.tenant, (tx) =>
      sql`SELECT version FROM data_keys WHERE purpose = 'notes/index'`.execute(tx.kysely()),
    )
    expect(rows).toEqual([{ version: 1 }])
  })
})
