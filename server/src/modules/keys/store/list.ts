import { sql } from 'kysely'
import type { KeyEncryptionKeys, KeyQuery } from '../shapes.ts'
import type { Db } from '../types.ts'

export interface ListedKey {
  readonly id: string
  readonly purpose: string
  readonly subject: string
  readonly version: number
  readonly state: 'current' | 'retired' | 'destroyed'
  readonly kek_version: number | null
  /** a bigint, as text: those added up and those noted since */
  readonly used: string
  readonly created_at: Date
  readonly retired_at: Date | null
  readonly destroyed_at: Date | null
}

const listed = sql`
  k.id, k.purpose, k.subject, k.version, k.state, e.version AS kek_version, k.created_at, k.retired_at, k.destroyed_at,
  k.used + coalesce((SELECT sum(messages) FROM data_key_uses u WHERE u.key_id = k.id), 0) AS used
  FROM data_keys k LEFT JOIN key_encryption_keys e ON e.id = k.kek_id`

/** Newest first, of the transaction's tenant. */
export async function selectKeys(
  tx: Db,
  { purpose, subject, kind, state, cursor, limit }: KeyQuery,
): Promise<ListedKey[]> {
  const { rows } = await sql<ListedKey>`
    SELECT ${listed} WHERE k.tenant_id = ${tx.tenant}::uuid
      AND (${purpose ?? null}::text IS NULL OR k.purpose = ${purpose ?? null})
      AND (${subject ?? null}::text IS NULL OR k.subject = ${subject ?? null})
      AND (${kind ?? null}::text IS NULL OR (k.subject = '') = (${kind ?? null} = 'purpose'))
      AND (${state ?? null}::text IS NULL OR k.state = ${state ?? null})
      AND (${cursor ?? null}::uuid IS NULL OR k.id < ${cursor ?? null}::uuid)
    ORDER BY k.id DESC LIMIT ${limit}`.execute(tx.kysely())
  return rows
}

export async function findKey(tx: Db, id: string): Promise<ListedKey | undefined> {
  const { rows } = await sql<ListedKey>`
    SELECT ${listed} WHERE k.tenant_id = ${tx.tenant}::uuid AND k.id = ${id}::uuid`.execute(tx.kysely())
  return rows[0]
}

/** Those that are not destroyed. */
export async function keysOfSubject(tx: Db, subject: string): Promise<ListedKey[]> {
  const { rows } = await sql<ListedKey>`
    SELECT ${listed} WHERE k.tenant_id = ${tx.tenant}::uuid AND k.subject = ${subject} AND k.state <> 'destroyed'
    ORDER BY k.id`.execute(tx.kysely())
  return rows
}

interface ListedKek {
  readonly id: string
  readonly version: number
  readonly state: 'current' | 'retiring' | 'retired'
  readonly root_generation: string
  readonly data_keys: number
  readonly created_at: Date
  readonly replaced_at: Date | null
  readonly retired_at: Date | null
}

/** Newest first. */
export async function listKeks(tx: Db): Promise<KeyEncryptionKeys['items']> {
  const { rows } = await sql<ListedKek>`
    SELECT id, version, state, root_generation, created_at, replaced_at, retired_at,
      (SELECT count(*)::int FROM data_keys k WHERE k.kek_id = e.id) AS data_keys
    FROM key_encryption_keys e ORDER BY version DESC LIMIT 100`.execute(tx.kysely())
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    state: row.state,
    dataKeys: row.data_keys,
    rootGeneration: Number(row.root_generation),
    createdAt: row.created_at.toISOString(),
    replacedAt: row.replaced_at?.toISOString() ?? null,
    retiredAt: row.retired_at?.toISOString() ?? null,
  }))
}
