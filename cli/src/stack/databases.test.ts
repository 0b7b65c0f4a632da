import { Client } from 'pg'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { ensureDatabase } from './databases.ts'

const admin = inject('postgresUrl')
const name = `demo_${process.pid}`
const poor = `poor_${process.pid}`

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

afterAll(async () => {
  for (const each of [name, `${name}_2`]) {
    await query(admin, `DROP DATABASE IF EXISTS ${each} WITH (FORCE)`)
    await query(admin, `DROP ROLE IF EXISTS ${each}`)
  }
  await query(admin, `DROP ROLE IF EXISTS ${poor}`)
})

describe("an application's database", () => {
  it('is made once, with a role that owns it', async () => {
    const url = await ensureDatabase(admin, name, "o'dd/p@ss:w?rd")
    await query(url, 'CREATE TABLE kept (x int); INSERT INTO kept VALUES (7)')
    const again = await ensureDatabase(admin, name, "o'dd/p@ss:w?rd")
    expect(again).toBe(url)
    expect(await query(again, 'SELECT x, current_user AS who, current_database() AS at FROM kept')).toEqual([
      { x: 7, who: name, at: name },
    ])
  })

  it('takes a new password, and the old one is dead', async () => {
    const before = await ensureDatabase(admin, name, 'first')
    const after = await ensureDatabase(admin, name, 'second')
    await expect(query(before, 'SELECT 1')).rejects.toThrow(/password/)
    await expect(query(after, 'SELECT 1')).resolves.toHaveLength(1)
  })

  it('has a role that may do nothing elsewhere', async () => {
    const url = await ensureDatabase(admin, name, 'third')
    const [role] = await query(
      admin,
      `SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication AS any FROM pg_roles WHERE rolname = '${name}'`,
    )
    expect(role).toEqual({ any: false })
    const other = await ensureDatabase(admin, `${name}_2`, 'other')
    await expect(query(other.replace(/\/[^/?]+\?/, `/${name}?`), 'SELECT 1')).rejects.toThrow(/permission denied/)
    await expect(query(url, `SET ROLE ${name}_2`)).rejects.toThrow(/permission denied/)
  })

  it('can be made by a role that is no superuser', async () => {
    await query(admin, `CREATE ROLE ${poor} LOGIN CREATEDB CREATEROLE PASSWORD 'poor'`)
    await query(admin, `DROP DATABASE IF EXISTS ${name}_2 WITH (FORCE)`)
    await query(admin, `DROP ROLE IF EXISTS ${name}_2`)
    const asPoor = admin.replace(/^(postgres(?:ql)?:\/\/)[^@/]*@/, `$1${poor}:poor@`)
    await expect(query(await ensureDatabase(asPoor, `${name}_2`, 'x'), 'SELECT 1')).resolves.toHaveLength(1)
    await query(admin, `DROP DATABASE ${name}_2 WITH (FORCE)`)
    await query(admin, `DROP OWNED BY ${poor} CASCADE`)
    await query(admin, `DROP ROLE ${name}_2`)
  })
})
