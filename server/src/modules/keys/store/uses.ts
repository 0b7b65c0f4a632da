import { sql } from 'kysely'
import type { Db } from '../types.ts'

/**
 * Writes down that up to `most` further messages will be encrypted with a key. Two processes do it one after the other
 * (the lock is of these notes alone), so that the sum never passes the limit.
 * @param least fewer are of no use
 * @returns how many were granted; 0 when the key has not so many left
 */
export async function reserveUses(
  tx: Db,
  key: string,
  { least, most, limit }: { readonly least: number; readonly most: number; readonly limit: number },
): Promise<number> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`holdfast.data_key_uses ${key}`}, 0))`.execute(tx.kysely())
  const { rows } = await sql<{ messages: string }>`
    WITH left_over AS (
      SELECT ${limit}::bigint - used - coalesce((SELECT sum(messages) FROM data_key_uses WHERE key_id = ${key}::uuid), 0) AS messages, tenant_id
      FROM data_keys WHERE id = ${key}::uuid AND state <> 'destroyed')
    INSERT INTO data_key_uses (tenant_id, key_id, messages)
    SELECT tenant_id, ${key}::uuid, least(messages, ${most}) FROM left_over WHERE messages >= ${least}
    RETURNING messages`.execute(tx.kysely())
  return Number(rows[0]?.messages ?? 0)
}

/** Moves the notes into the sums, and forgets those of keys that are gone. @returns how many notes */
export async function addUp(tx: Db): Promise<number> {
  const { rows } = await sql<{ notes: number }>`
    WITH gone AS (DELETE FROM data_key_uses RETURNING key_id, messages),
    sums AS (SELECT key_id, sum(messages) AS messages, count(*) AS notes FROM gone GROUP BY key_id),
    added AS (UPDATE data_keys SET used = used + sums.messages FROM sums WHERE id = sums.key_id)
    SELECT coalesce(sum(notes), 0)::int AS notes FROM sums`.execute(tx.kysely())
  return rows[0]?.notes ?? 0
}
