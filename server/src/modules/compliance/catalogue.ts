import { sql } from 'kysely'
import type { Database } from '../../platform/database/database.ts'
import type { Tables } from '../../platform/database/tables.ts'

export interface CatalogueColumn {
  readonly table: string
  readonly column: string
}

/** Every column of every table that lies in the schema of Holdfast; a partition has those of its table. */
export async function readColumns(database: Database): Promise<readonly CatalogueColumn[]> {
  return database.asSystem(async (tx) => {
    const { rows } = await sql<CatalogueColumn>`
      SELECT c.relname AS table, a.attname AS column
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY c.relname, a.attnum`.execute(tx.kysely())
    return rows
  })
}

/** @returns what is in the database and not declared, and the other way about */
export function declarationProblems(actual: readonly CatalogueColumn[], declared: Tables): string[] {
  const real = new Set(actual.map(({ table, column }) => `${table}.${column}`))
  const said = new Set(
    Object.entries(declared).flatMap(([table, { columns }]) => Object.keys(columns).map((name) => `${table}.${name}`)),
  )
  return [
    ...[...real].filter((name) => !said.has(name)).map((name) => `${name} is not declared`),
    ...[...said].filter((name) => !real.has(name)).map((name) => `${name} is declared but missing`),
  ]
}

interface Isolation {
  readonly table: string
  readonly enabled: boolean
  readonly forced: boolean
  readonly tenant_policies: string[]
}

/**
 * Row-level security of every table that has rows of tenants: enabled, forced on the owner, and each policy that the
 * tenant's role is under compares the row's tenant with the transaction's.
 */
export async function isolationProblems(database: Database, declared: Tables): Promise<string[]> {
  const rows = await database.asSystem(async (tx) => {
    const result = await sql<Isolation>`
      SELECT c.relname AS table, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
        array(SELECT coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p
              WHERE p.polrelid = c.oid AND (0 = ANY (p.polroles) OR 'holdfast_tenant'::regrole = ANY (p.polroles)))::text[]
          AS tenant_policies
      FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')`.execute(tx.kysely())
    return result.rows
  })
  const byTable = new Map(rows.map((row) => [row.table, row]))
  return Object.entries(declared).flatMap(([table, { scope, columns }]) => {
    if (scope !== 'tenant' && !('tenant_id' in columns)) return []
    const row = byTable.get(table)
    if (row === undefined) return [`${table} is missing`]
    if (!row.enabled || !row.forced) return [`${table} is not under forced row-level security`]
    const open = row.tenant_policies.filter((policy) => policy !== '(tenant_id = current_tenant())')
    if (open.length > 0) return [`${table} has a policy other than its tenant's`]
    return row.tenant_policies.length === 0 && scope === 'tenant' ? [`${table} has no policy`] : []
  })
}
