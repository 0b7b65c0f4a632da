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
