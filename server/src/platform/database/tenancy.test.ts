import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { createThings } from '../../testing/things.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createThings(fixture.admin)
  const { tenant, other } = fixture
  await fixture.admin.query('INSERT INTO things (tenant_id, id) VALUES ($1, $3), ($2, $4)', [
    tenant,
    other,
    'mine',
    'theirs',
  ])
})
afterAll(() => fixture.close())

/** Runs one statement as the server runs it for `tenant`. @returns its rows, or the SQLSTATE of its refusal */
async function run(text: string, parameters: readonly unknown[] = []): Promise<unknown> {
  const pieces = text.split('?')
  const query = sql<Record<string, unknown>>(pieces as unknown as TemplateStringsArray, ...parameters)
  try {
    return await fixture.database.asTenant(fixture.tenant, async (tx) => {
      const { rows, numAffectedRows } = await query.execute(tx.kysely())
      return /^select|returning/i.test(text) ? rows.map((row) => row['id']) : Number(numAffectedRows)
    })
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

const theirs = async () =>
  (await fixture.admin.query('SELECT id, tries FROM things WHERE tenant_id = $1', [fixture.other])).rows

describe('a query that names another tenant', () => {
  it.each([
    ['select', 'SELECT id FROM things WHERE tenant_id = ?', []],
    ['select everything', 'SELECT id FROM things WHERE tenant_id = ? OR true', ['mine']],
    ['join', 'SELECT a.id FROM things a JOIN things b ON b.tenant_id = ?', []],
    ['union', "SELECT 'x' AS id FROM things WHERE tenant_id <> ? UNION SELECT id FROM things", ['mine', 'x']],
    ['update', 'UPDATE things SET tries = 9 WHERE tenant_id = ?', 0],
    ['delete', 'DELETE FROM things WHERE tenant_id = ?', 0],
    ['insert', "INSERT INTO things (tenant_id, id) VALUES (?, 'planted')", '42501'],
    ['give away', 'UPDATE things SET tenant_id = ?', '42501'],
    [
      'take over',
      "INSERT INTO things (tenant_id, id) VALUES (?, 'theirs') ON CONFLICT (tenant_id, id) DO UPDATE SET tries = 9",
      '42501',
    ],
    [
      'merge',
      'MERGE INTO things t USING (SELECT ?::uuid AS tenant) s ON t.tenant_id = s.tenant WHEN MATCHED THEN DELETE',
      0,
    ],
    ['truncate', 'TRUNCATE things', '42501'],
    ['switch the policy off', 'ALTER TABLE things DISABLE ROW LEVEL SECURITY', '42501'],
    ['read the jobs of all', 'SELECT id FROM jobs', '42501'],
  ] as [string, string, unknown][])('%s gets nothing and changes nothing', async (_, text, expected) => {
    const parameters = text.includes('?') ? [fixture.other] : []
    expect((await run(text, parameters)) ?? null).toEqual(expected)
    expect(await theirs()).toEqual([{ id: 'theirs', tries: 0 }])
    expect(await run('SELECT id FROM things')).toEqual(['mine'])
  })

  it('enqueues no job in its name', async () => {
    const insert = "INSERT INTO jobs (id, tenant_id, kind, run_at) VALUES (gen_random_uuid(), ?::uuid, 'x', now())"
    expect(await run(insert, [fixture.other])).toBe('42501')
    expect(await run(insert, [null])).toBe('42501')
    expect(await run(insert, [fixture.tenant])).toBe(1)
  })

  it('with row_security off is refused instead of let past', async () => {
    const refused = fixture.database.asTenant(fixture.tenant, async (tx) => {
      await sql`SET LOCAL row_security = off`.execute(tx.kysely())
      await sql`SELECT * FROM things`.execute(tx.kysely())
    })
    await expect(refused).rejects.toMatchObject({ code: '42501' })
  })
})

describe('the tenant of a transaction', () => {
  it.each([
    '',
    'default',
    "01900000-0000-7000-8000-00000000000a'; RESET ROLE; --",
    '01900000-0000-7000-8000-00000000000a\n',
    '01900000-0000-7000-8000-00000000000A',
  ])('is a UUID and nothing else: %j', async (tenant) => {
    await expect(async () => fixture.database.asTenant(tenant, async () => {})).rejects.toThrow(TypeError)
  })

  it('is over with it: the connection goes back to the pool without one', async () => {
    await fixture.database.asTenant(fixture.tenant, async () => {})
    const { rows } = await fixture.database.asSystem((tx) =>
      sql<{ tenant: string | null; role: string }>`SELECT current_tenant() AS tenant, current_user AS role`.execute(
        tx.kysely(),
      ),
    )
    expect(rows).toEqual([{ tenant: null, role: 'holdfast_system' }])
  })

  it('shows no rows at all when there is none', async () => {
    const { admin } = fixture
    await admin.query('BEGIN; SET LOCAL ROLE holdfast_tenant')
    const { rowCount } = await admin.query('SELECT * FROM things')
    await admin.query('ROLLBACK')
    expect(rowCount).toBe(0)
  })

  it('cannot write in a read', async () => {
    const written = fixture.database.asTenant(
      fixture.tenant,
      (tx) => sql`DELETE FROM things`.execute(tx.kysely()),
      'read',
    )
    await expect(written).rejects.toMatchObject({ code: '25006' })
  })

  it('holds two that run at the same time apart', async () => {
    const read = async (tenant: string) =>
      fixture.database.asTenant(tenant, async (tx) => {
        await sql`SELECT pg_sleep(0.01)`.execute(tx.kysely())
        const { rows } = await sql<{ id: string }>`SELECT id FROM things`.execute(tx.kysely())
        return rows.map(({ id }) => id).join()
      })
    const { tenant, other } = fixture
    const seen = await Promise.all(Array.from({ length: 40 }, (_, at) => read(at % 2 === 0 ? tenant : other)))
    expect(seen).toEqual(Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 'mine' : 'theirs')))
  })
})

/*
 * What row-level security does not do. It holds against a tenant's id that was forged in a value. It does not hold
 * against SQL of the attacker's own: the tenant is a setting and the role is one too, and the connection may set both.
 * That is held off a layer above: every statement is a parameterised template, and no file builds SQL from text.
 */
describe('SQL that an attacker could inject', () => {
  it.each([
    ["set_config('holdfast.tenant', '01900000-0000-7000-8000-00000000000b', true)", 'theirs'],
    ["set_config('role', 'holdfast_system', true)", 'mine,theirs'],
  ])('could leave its tenant by %s, which is why there must be none', async (escape, seen) => {
    const found = await fixture.database.asTenant(fixture.tenant, async (tx) => {
      await sql.raw(`SELECT ${escape}`).execute(tx.kysely())
      const { rows } = await sql<{ id: string }>`SELECT id FROM things ORDER BY id`.execute(tx.kysely())
      return rows.map(({ id }) => id).join()
    })
    expect(found).toBe(seen)
  })
})
