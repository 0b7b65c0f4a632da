import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

export interface HierarchyState {
  /** data keys that are not destroyed, and those that are */
  readonly keys: number
  readonly destroyed: number
  /** data keys that no live key-encryption key wraps */
  readonly loose: number
  readonly live: number
  readonly current: number
  readonly since: Date | null
}

export async function hierarchyState(tx: Pick<Transaction, 'kysely'>): Promise<HierarchyState> {
  const { rows } = await sql<HierarchyState>`
    SELECT count(*) FILTER (WHERE d.state <> 'destroyed')::int AS keys,
           count(*) FILTER (WHERE d.state = 'destroyed')::int AS destroyed,
           count(*) FILTER (WHERE CASE WHEN d.state = 'destroyed' THEN d.wrapped IS NOT NULL
                                       ELSE e.wrapped IS NULL OR d.wrapped IS NULL END)::int AS loose,
           (SELECT count(*)::int FROM key_encryption_keys WHERE wrapped IS NOT NULL) AS live,
           (SELECT count(*)::int FROM key_encryption_keys WHERE state = 'current') AS current,
           (SELECT created_at FROM key_encryption_keys WHERE state = 'current') AS since
    FROM data_keys d LEFT JOIN key_encryption_keys e ON e.id = d.kek_id`.execute(tx.kysely())
  const [row] = rows
  if (row === undefined) throw new Error('a count has a row')
  return row
}

/** @returns the values that the most used key has encrypted, at most. Keys of indexes encrypt nothing. */
export async function mostUsed(tx: Pick<Transaction, 'kysely'>): Promise<number> {
  const { rows } = await sql<{ most: string | null }>`
    SELECT max(k.used + coalesce(u.messages, 0)) AS most
    FROM data_keys k LEFT JOIN (SELECT key_id, sum(messages) AS messages FROM data_key_uses GROUP BY key_id) u
      ON u.key_id = k.id
    WHERE k.purpose NOT LIKE '%/index'`.execute(tx.kysely())
  return Number(rows[0]?.most ?? 0)
}
