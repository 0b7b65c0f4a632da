import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Version } from '../make.ts'

/**
 * Current keys of purposes made before a time, of every tenant; a hundred at most. Not those of persons, whose data is
 * written once mostly, nor those of indexes.
 */
export async function selectOlder(
  tx: Pick<Transaction, 'kysely'>,
  before: Date,
): Promise<(Version & { readonly tenant_id: string })[]> {
  const { rows } = await sql<Version & { readonly tenant_id: string }>`
    SELECT id, tenant_id, purpose, subject, version FROM data_keys
    WHERE state = 'current' AND subject = '' AND purpose NOT LIKE '%/index' AND tenant_id IS NOT NULL
      AND created_at < ${before}
    ORDER BY id LIMIT 100`.execute(tx.kysely())
  return rows
}
