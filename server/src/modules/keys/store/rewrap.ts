import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { DataKeyRow } from './data-keys.ts'

type Reading = Pick<Transaction, 'kysely'>

export interface WrappedRow extends DataKeyRow {
  readonly tenant_id: string | null
}

/** Locks the next data keys, of every tenant, that are not under this key-encryption key; in the order of their ids. */
export async function lockNotUnder(tx: Reading, kek: string, limit: number): Promise<WrappedRow[]> {
  const { rows } = await sql<WrappedRow>`
    SELECT id, tenant_id, purpose, subject, version, kek_id, wrapped FROM data_keys
    WHERE kek_id <> ${kek}::uuid ORDER BY id LIMIT ${limit} FOR NO KEY UPDATE`.execute(tx.kysely())
  return rows
}

export async function putUnder(
  tx: Reading,
  kek: string,
  keys: readonly { readonly id: string; readonly wrapped: Buffer }[],
): Promise<void> {
  await sql`
    UPDATE data_keys SET kek_id = ${kek}::uuid, wrapped = fresh.wrapped
    FROM unnest(${keys.map(({ id }) => id)}::uuid[], ${keys.map(({ wrapped }) => wrapped)}::bytea[]) AS fresh (id, wrapped)
    WHERE data_keys.id = fresh.id`.execute(tx.kysely())
}
