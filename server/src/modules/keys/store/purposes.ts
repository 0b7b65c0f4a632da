import { sql } from 'kysely'
import type { Db } from '../types.ts'

export interface PurposeRow {
  readonly purpose: string
  /** of the key of everybody that encrypts at present; null: each has a key of their own, or all are destroyed */
  readonly id: string | null
  readonly version: number | null
  readonly since: Date | null
  /** whose keys encrypt at present */
  readonly subjects: number
  /** a bigint, as text: the most that one of the current keys has encrypted */
  readonly most_used: string
  readonly retired: number
  readonly destroyed: number
}

/** The data keys of the transaction's tenant, by what they are for. */
export async function selectPurposes(tx: Db): Promise<PurposeRow[]> {
  const { rows } = await sql<PurposeRow>`
    WITH noted AS (SELECT key_id, sum(messages) AS messages FROM data_key_uses GROUP BY key_id)
    SELECT k.purpose,
      min(k.id::text) FILTER (WHERE k.state = 'current' AND k.subject = '') AS id,
      min(k.version) FILTER (WHERE k.state = 'current' AND k.subject = '') AS version,
      min(k.created_at) FILTER (WHERE k.state = 'current' AND k.subject = '') AS since,
      count(*) FILTER (WHERE k.state = 'current' AND k.subject <> '')::int AS subjects,
      coalesce(max(k.used + coalesce(n.messages, 0)) FILTER (WHERE k.state = 'current'), 0)::bigint AS most_used,
      count(*) FILTER (WHERE k.state = 'retired')::int AS retired,
      count(*) FILTER (WHERE k.state = 'destroyed')::int AS destroyed
    FROM data_keys k LEFT JOIN noted n ON n.key_id = k.id
    WHERE k.tenant_id = ${tx.tenant}::uuid GROUP BY k.purpose ORDER BY k.purpose`.execute(tx.kysely())
  return rows
}
