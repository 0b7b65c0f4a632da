import { sql } from 'kysely'
import type { SealedColumn, Db } from '../types.ts'

/**
 * Values of a column that were encrypted with these keys, in the transaction's tenant.
 * @returns null when counting takes too long
 */
export async function countHits(
  tx: Db,
  { table, column }: Pick<SealedColumn, 'table' | 'column'>,
  ids: readonly string[],
): Promise<number | null> {
  const keys = ids.map((id) => id.replaceAll('-', ''))
  await sql`SAVEPOINT counting`.execute(tx.kysely())
  try {
    // Enough for a million rows; a column with more is not counted while somebody waits.
    await sql`SET LOCAL statement_timeout = '4s'`.execute(tx.kysely())
    const { rows } = await sql<{ values: number }>`
      SELECT count(*)::int AS values FROM ${sql.table(table)}
      WHERE encode(substring(${sql.ref(column)} FROM 2 FOR 16), 'hex') = ANY(${keys})`.execute(tx.kysely())
    return rows[0]?.values ?? 0
  } catch (error) {
    // query_canceled, by the limit
    if ((error as { readonly code?: unknown }).code !== '57014') throw error
    return null
  } finally {
    // What was set since is set back by it.
    await sql`ROLLBACK TO SAVEPOINT counting`.execute(tx.kysely())
  }
}
