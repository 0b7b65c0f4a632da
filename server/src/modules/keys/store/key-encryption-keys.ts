import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

type Reading = Pick<Transaction, 'kysely'>

export interface KekRow {
  readonly id: string
  readonly version: number
  readonly state: 'current' | 'retiring' | 'retired'
  /** a bigint, as text */
  readonly root_generation: string
  /** null when it was retired */
  readonly wrapped: Buffer | null
}

export interface NewKek {
  readonly id: string
  readonly version: number
  readonly generation: number
  readonly wrapped: Buffer
  readonly now: Date
}

export async function selectLiveKeks(tx: Reading): Promise<KekRow[]> {
  const { rows } = await sql<KekRow>`
    SELECT id, version, state, root_generation, wrapped FROM key_encryption_keys WHERE live ORDER BY version`.execute(
    tx.kysely(),
  )
  return rows
}

/** @returns false when there is a current one already */
export async function insertKek(tx: Reading, key: NewKek): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO key_encryption_keys (id, version, state, root_generation, wrapped, created_at)
    VALUES (${key.id}::uuid, ${key.version}, 'current', ${key.generation}, ${key.wrapped}, ${key.now})
    ON CONFLICT DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export async function replaceWrapped(
  tx: Reading,
  key: { readonly id: string; readonly generation: number; readonly wrapped: Buffer },
): Promise<void> {
  await sql`
    UPDATE key_encryption_keys SET wrapped = ${key.wrapped}, root_generation = ${key.generation}
    WHERE id = ${key.id}::uuid`.execute(tx.kysely())
}

/** The current one goes out of use, and waits until nothing is under it. @returns undefined when another was quicker */
export async function retireCurrent(
  tx: Reading,
  now: Date,
): Promise<{ readonly id: string; readonly version: number } | undefined> {
  const { rows } = await sql<{ id: string; version: number }>`
    UPDATE key_encryption_keys SET state = 'retiring', replaced_at = ${now} WHERE state = 'current'
    RETURNING id, version`.execute(tx.kysely())
  return rows[0]
}

/** As the system: of every tenant. */
export async function countWrapped(tx: Reading, id: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM data_keys WHERE kek_id = ${id}::uuid`.execute(tx.kysely())
  return rows[0]?.count ?? 0
}

/**
 * Destroys those that wrap nothing any more and were replaced before a time. One under which another transaction is
 * inserting a data key is waited for, and then refused by the foreign key: the job comes again.
 */
export async function destroyRetiring(
  tx: Reading,
  { before, now }: { readonly before: Date; readonly now: Date },
): Promise<{ readonly id: string; readonly version: number }[]> {
  const { rows } = await sql<{ id: string; version: number }>`
    UPDATE key_encryption_keys k SET state = 'retired', wrapped = NULL, retired_at = ${now}
    WHERE state = 'retiring' AND replaced_at <= ${before} AND NOT EXISTS (SELECT 1 FROM data_keys d WHERE d.kek_id = k.id)
    RETURNING id, version`.execute(tx.kysely())
  return rows
}

/** @returns when the last of those was replaced that wait to be destroyed; null when none does */
export async function lastReplaced(tx: Reading): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    SELECT max(replaced_at) AS at FROM key_encryption_keys WHERE state = 'retiring'`.execute(tx.kysely())
  return rows[0]?.at ?? null
}

/** @returns when the current one was made; null when there is none */
export async function currentSince(tx: Reading): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    SELECT created_at AS at FROM key_encryption_keys WHERE state = 'current'`.execute(tx.kysely())
  return rows[0]?.at ?? null
}
