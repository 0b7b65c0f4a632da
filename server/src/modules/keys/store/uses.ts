import { sql } from 'kysely'
import type { Db } from '../types.ts'

export interface Reservation {
  readonly key: string
  /** fewer are of no use */
  readonly least: number
  readonly most: number
}

/**
 * Writes down that up to `most` further messages will be encrypted with each of these keys. Two processes do it one after
 * the other (the lock is of these notes alone), so that the sum never passes the limit.
 * @returns how many were granted by key; nothing for a key that has not so many left
 */
export async function reserveUses(
  tx: Db,
  reservations: readonly Reservation[],
  limit: number,
): Promise<ReadonlyMap<string, number>> {
  // In the order of their ids: who locks several waits for others, and never crosswise.
  const sorted = reservations.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const keys = sorted.map(({ key }) => key)
  await sql`
    SELECT pg_advisory_xact_lock(hashtextextended('holdfast.data_key_uses ' || key, 0))
    FROM unnest(${keys}::text[]) WITH ORDINALITY AS wanted (key, place) ORDER BY place`.execute(tx.kysely())
  const { rows } = await sql<{ key: string; messages: string }>`
    WITH wanted AS (
      SELECT * FROM unnest(${keys}::uuid[], ${sorted.map(({ least }) => least)}::bigint[],
                           ${sorted.map(({ most }) => most)}::bigint[]) AS w (key, least, most)),
    left_over AS (
      SELECT w.*, k.tenant_id, ${limit}::bigint - k.used
        - coalesce((SELECT sum(u.messages) FROM data_key_uses u WHERE u.key_id = k.id), 0) AS messages
      FROM wanted w JOIN data_keys k ON k.id = w.key WHERE k.state <> 'destroyed')
    INSERT INTO data_key_uses (tenant_id, key_id, messages)
    SELECT tenant_id, key, least(messages, most) FROM left_over WHERE messages >= least
    RETURNING key_id AS key, messages`.execute(tx.kysely())
  return new Map(rows.map(({ key, messages }) => [key, Number(messages)]))
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
