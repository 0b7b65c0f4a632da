import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { manifests } from '../../modules.ts'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { platformTables } from '../tables.ts'
import { classOf, type TableDeclaration } from './tables.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
})
afterAll(() => fixture.close())

const declarations: [string, TableDeclaration][] = [platformTables, ...manifests.map(({ tables }) => tables)].flatMap(
  (tables) => Object.entries<TableDeclaration>(tables),
)

interface Column {
  readonly table_name: string
  readonly column_name: string
}

async function columns(): Promise<Column[]> {
  const { rows } = await fixture.admin.query<Column>(
    `SELECT table_name, column_name FROM information_schema.columns JOIN pg_class ON relname = table_name
     WHERE table_schema = 'public' AND relnamespace = 'public'::regnamespace AND NOT relispartition`,
  )
  return rows
}

describe('the declared tables', () => {
  it('are declared by one module each', () => {
    const names = declarations.map(([name]) => name)
    expect(names.length).toBeGreaterThan(10)
    expect(new Set(names).size).toBe(names.length)
  })

  it('are the tables of the migrated database, with exactly their columns', async () => {
    const real = Object.fromEntries(declarations.map(([name]) => [name, [] as string[]]))
    for (const { table_name: table, column_name: column } of await columns()) (real[table] ??= []).push(column)
    const declared = declarations.map(([name, { columns }]) => [name, Object.keys(columns)])
    const sorted = (tables: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(tables).map(([name, names]) => [name, new Set(names)]))
    expect(sorted(real)).toEqual(sorted(Object.fromEntries(declared) as Record<string, string[]>))
  })

  it('that have a tenant_id are under forced row-level security', async () => {
    const { rows } = await fixture.admin.query<{ relname: string }>(`
      SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`)
    expect(rows).toEqual([])
  })

  it('of the scope tenant have a tenant_id', () => {
    const without = declarations.filter(([, { scope, columns }]) => scope === 'tenant' && !('tenant_id' in columns))
    expect(without.map(([name]) => name)).toEqual([])
  })

  // A name is a hint, and these are the ones that are never meant otherwise.
  it.each([
    [/e_?mail|user_agent|^address$/, ['personal']],
    [/password|secret/, ['secret']],
  ])('class a column called like %s as %j', (pattern, classes) => {
    const wrong = declarations.flatMap(([table, declaration]) =>
      Object.entries(declaration.columns)
        .filter(([name, column]) => pattern.test(name) && !classes.includes(classOf(column)))
        .map(([name, column]) => `${table}.${name} is ${classOf(column)}`),
    )
    expect(wrong).toEqual([])
  })

  it('belong to nobody whom the server runs as', async () => {
    const { rows } = await fixture.admin.query(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner IN ('holdfast_tenant', 'holdfast_system')",
    )
    expect(rows).toEqual([])
    const roles = await fixture.admin.query(
      "SELECT rolname FROM pg_roles WHERE rolname IN ('holdfast_tenant', 'holdfast_system') AND NOT rolsuper AND NOT rolbypassrls AND NOT rolcanlogin",
    )
    expect(roles.rowCount).toBe(2)
  })
})
