import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

type Reading = Pick<Transaction, 'kysely'>

/** @returns the type of every column, by `table.column` */
export async function columnTypes(tx: Reading): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ name: string; type: string }>`
    SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped`.execute(tx.kysely())
  return new Map(rows.map(({ name, type }) => [name, type]))
}

/** Some values that are there. */
export async function sampleColumn<T>(tx: Reading, table: string, column: string): Promise<T[]> {
  const { rows } = await sql<{ value: T }>`
    SELECT ${sql.ref(column)} AS value FROM ${sql.table(table)} WHERE ${sql.ref(column)} IS NOT NULL LIMIT 50`.execute(
    tx.kysely(),
  )
  return rows.map(({ value }) => value)
}

/** @returns how many of these data keys there are, destroyed ones too */
export async function knownKeys(tx: Reading, ids: readonly string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM data_keys WHERE id = ANY(${ids}::uuid[])`.execute(tx.kysely())
  return rows[0]?.count ?? 0
}
