import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../types.ts'

export interface DataKeyRow {
  readonly id: string
  readonly purpose: string
  readonly subject: string
  readonly version: number
  readonly kek_id: string | null
  /** null when it was destroyed */
  readonly wrapped: Buffer | null
}

export interface NewDataKey extends Omit<DataKeyRow, 'kek_id' | 'wrapped'> {
  readonly tenant: string | null
  readonly kekId: string
  readonly wrapped: Buffer
  readonly used: number
  readonly now: Date
}

interface Names {
  readonly purposes: readonly string[]
  readonly subjects: readonly string[]
}

const columns = sql`id, purpose, subject, version, kek_id, wrapped`

/** Row-level security holds a tenant to its own; the condition holds the system too, and finds the index. */
function ownedBy(tenant: string | null): RawBuilder<unknown> {
  return tenant === null ? sql`tenant_id IS NULL` : sql`tenant_id = ${tenant}::uuid`
}

export async function selectCurrent(tx: Db, tenant: string | null, names: Names): Promise<DataKeyRow[]> {
  const { rows } = await sql<DataKeyRow>`
    SELECT ${columns} FROM data_keys
    WHERE ${ownedBy(tenant)} AND state = 'current' AND (purpose, subject) IN (
      SELECT * FROM unnest(${names.purposes}::text[], ${names.subjects}::text[]))`.execute(tx.kysely())
  return rows
}

export async function selectByIds(tx: Db, tenant: string | null, ids: readonly string[]): Promise<DataKeyRow[]> {
  const { rows } = await sql<DataKeyRow>`
    SELECT ${columns} FROM data_keys WHERE ${ownedBy(tenant)} AND id = ANY(${ids}::uuid[])`.execute(tx.kysely())
  return rows
}

/** Of these subjects those that have a key, or had one that was destroyed. */
export async function subjectsWithKeys(tx: Db, tenant: string, subjects: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ subject: string }>`
    SELECT DISTINCT subject FROM data_keys
    WHERE ${ownedBy(tenant)} AND subject <> '' AND subject = ANY(${subjects}::text[])`.execute(tx.kysely())
  return new Set(rows.map(({ subject }) => subject))
}

/** @returns the highest version that the name ever had; 0 when it had none */
export async function lastVersion(tx: Db, tenant: string | null, purpose: string, subject: string): Promise<number> {
  const { rows } = await sql<{ version: number | null }>`
    SELECT max(version) AS version FROM data_keys
    WHERE ${ownedBy(tenant)} AND purpose = ${purpose} AND subject = ${subject}`.execute(tx.kysely())
  return rows[0]?.version ?? 0
}

/**
 * @returns false when another transaction has made one meanwhile, for whose end this has waited; or when the
 *   key-encryption key is gone that this process still knew of
 */
export async function insertDataKey(tx: Db, key: NewDataKey): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO data_keys (id, tenant_id, purpose, subject, version, state, kek_id, wrapped, used, created_at)
    SELECT ${key.id}::uuid, ${key.tenant}::uuid, ${key.purpose}, ${key.subject}, ${key.version}, 'current',
           id, ${key.wrapped}, ${key.used}, ${key.now}
    FROM key_encryption_keys WHERE id = ${key.kekId}::uuid AND live
    ON CONFLICT DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** The one current key of a name goes out of use. @returns false when another is current by now */
export async function retire(tx: Db, id: string, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE data_keys SET state = 'retired', retired_at = ${now} WHERE id = ${id}::uuid AND state = 'current'`.execute(
    tx.kysely(),
  )
  return numAffectedRows === 1n
}

/** In the transaction that made the key, and holds its row therefore. */
export async function addUses(tx: Db, id: string, messages: number): Promise<void> {
  await sql`UPDATE data_keys SET used = used + ${messages} WHERE id = ${id}::uuid`.execute(tx.kysely())
}
