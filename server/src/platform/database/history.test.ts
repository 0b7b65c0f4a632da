import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import type { Transaction } from './database.ts'

const ada = { type: 'Person', id: '01900000-0000-7000-8000-0000000000a1' }
let fixture: Fixture

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

const group = (id: string) => sql`
  INSERT INTO groups (tenant_id, id, name, created_at) VALUES (current_tenant(), ${id}, ${id}, now())`
const insertGrant = (id: string, tenant = fixture.tenant) => sql`
  INSERT INTO grants (tenant_id, application_id, id, version, principal_type, principal_id, role_id, valid_from, source, reason,
    recorded_from, recorded_to, recorded_by)
  VALUES (${tenant}, 'docs', ${id}, 1, 'Person', 'x', 'r', now(), 'direct', '\\x00', '2001-01-01', '2001-01-02', 'Person/forged')`

const asTenant = <T>(run: (tx: Transaction) => Promise<T>) =>
  fixture.database.asTenant(fixture.tenant, run, 'write', ada)

async function versionsOf(id: string) {
  const { rows } = await fixture.admin.query<{
    recorded_from: Date
    recorded_to: Date | null
    recorded_by: string
    closed_by: string
  }>('SELECT recorded_from, recorded_to, recorded_by, closed_by FROM groups_history WHERE id = $1 ORDER BY ordinal', [
    id,
  ])
  return rows
}

describe('the history of a table', () => {
  it('has each version, from when to when it was so, and who changed it', async () => {
    await asTenant((tx) => group('g1').execute(tx.kysely()))
    await asTenant((tx) => sql`UPDATE groups SET name = 'other' WHERE id = 'g1'`.execute(tx.kysely()))
    expect(await versionsOf('g1')).toMatchObject([{ recorded_to: null, recorded_by: `Person/${ada.id}` }])
    await fixture.database.asTenant(fixture.tenant, (tx) =>
      sql`UPDATE groups SET builtin = true WHERE id = 'g1'`.execute(tx.kysely()),
    )
    await asTenant((tx) => sql`DELETE FROM groups WHERE id = 'g1'`.execute(tx.kysely()))
    const versions = await versionsOf('g1')
    expect(versions).toHaveLength(2)
    expect(versions[0]?.recorded_to).toEqual(versions[1]?.recorded_from)
    expect(versions.map(({ recorded_by: by, closed_by: closed }) => [by, closed])).toEqual([
      [`Person/${ada.id}`, null],
      [null, `Person/${ada.id}`],
    ])
  })

  it('has one moment for all that a transaction changes, later than any before', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        asTenant(async (tx) => {
          await group(`many-${at}-a`).execute(tx.kysely())
          await sql`SELECT pg_sleep(0.005)`.execute(tx.kysely())
          await group(`many-${at}-b`).execute(tx.kysely())
        }),
      ),
    )
    const { rows } = await fixture.admin.query<{ moment: Date; groups: string[] }>(
      `SELECT recorded_from AS moment, array_agg(id ORDER BY id) AS groups FROM groups_history WHERE id LIKE 'many-%' GROUP BY 1`,
    )
    expect(rows).toHaveLength(12)
    for (const { groups } of rows) expect(groups[0]?.slice(0, -1)).toBe(groups[1]?.slice(0, -1))
  })

  it('has nothing of what was rolled back', async () => {
    const failed = asTenant(async (tx) => {
      await group('never').execute(tx.kysely())
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await versionsOf('never')).toEqual([])
  })
})

describe('an attacker with the server’s role', () => {
  const grant = '01900000-0000-7000-8000-00000000f001'

  it('does not say when something was recorded, or by whom', async () => {
    const before = Date.now()
    await asTenant((tx) => insertGrant(grant).execute(tx.kysely()))
    const { rows } = await fixture.admin.query<{ recorded_from: Date; recorded_to: Date | null; recorded_by: string }>(
      'SELECT recorded_from, recorded_to, recorded_by FROM grants WHERE id = $1',
      [grant],
    )
    expect(rows).toMatchObject([{ recorded_to: null, recorded_by: `Person/${ada.id}` }])
    expect(rows[0]?.recorded_from.getTime()).toBeGreaterThan(before - 3_600_000)
  })

  it.each([
    ['rewrites a grant', "UPDATE grants SET role_id = 'admin'"],
    ['makes it begin earlier', "UPDATE grants SET recorded_from = '2001-01-01'"],
    ['closes it and changes it', "UPDATE grants SET recorded_to = now(), role_id = 'admin'"],
    ['deletes a grant', 'DELETE FROM grants'],
    ['truncates', 'TRUNCATE grants'],
    [
      'writes history',
      "INSERT INTO groups_history (tenant_id, id, builtin, recorded_from) SELECT current_tenant(), 'forged', false, now()",
    ],
    ['closes history', 'UPDATE groups_history SET recorded_to = now()'],
    ['deletes history', 'DELETE FROM groups_history'],
    ['moves the clock of changes', "UPDATE tenant_epochs SET changed_at = '2001-01-01'"],
    ['asks for a moment', 'SELECT change_moment(current_tenant())'],
    ['switches the triggers off', 'ALTER TABLE groups DISABLE TRIGGER ALL'],
    ['switches them off for the session', "SET session_replication_role = 'replica'"],
    ['speaks for another tenant', insertGrantText()],
  ])('neither %s', async (_, text) => {
    const tried = asTenant((tx) => sql.raw(text).execute(tx.kysely()))
    await expect(tried).rejects.toMatchObject({ code: '42501' })
  })

  it('closes a grant once, at the moment at which it is', async () => {
    await asTenant((tx) => sql`UPDATE grants SET recorded_to = '2001-01-01' WHERE id = ${grant}`.execute(tx.kysely()))
    const read = () =>
      fixture.admin.query<{ recorded_from: Date; recorded_to: Date; closed_by: string }>(
        'SELECT recorded_from, recorded_to, closed_by FROM grants WHERE id = $1',
        [grant],
      )
    const { rows } = await read()
    expect(rows[0]?.recorded_to.getTime()).toBeGreaterThan(rows[0]?.recorded_from.getTime() ?? 0)
    expect(rows[0]?.closed_by).toBe(`Person/${ada.id}`)
    for (const again of ['recorded_to = now()', 'recorded_to = NULL']) {
      const tried = asTenant((tx) => sql.raw(`UPDATE grants SET ${again} WHERE id = '${grant}'`).execute(tx.kysely()))
      await expect(tried).rejects.toMatchObject({ code: '42501' })
    }
    expect((await read()).rows).toEqual(rows)
  })
})

it.each([
  'UPDATE groups_history SET builtin = true',
  'DELETE FROM groups_history',
  'TRUNCATE groups_history',
  'DELETE FROM grants',
  "UPDATE grants SET role_id = 'admin'",
])('the owner of the tables is refused too: %s', async (text) => {
  await expect(fixture.admin.query(`BEGIN; SET session_replication_role = 'replica'; ${text}`)).rejects.toMatchObject({
    code: '42501',
  })
  await fixture.admin.query('ROLLBACK')
})

function insertGrantText(): string {
  return `INSERT INTO grants (tenant_id, application_id, id, version, principal_type, principal_id, role_id, valid_from, source, reason)
    VALUES ('01900000-0000-7000-8000-00000000000b', 'docs', gen_random_uuid(), 1, 'Person', 'x', 'r', now(), 'direct', '\\x00')`
}
