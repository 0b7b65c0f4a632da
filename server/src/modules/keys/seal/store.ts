import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

/** Shared by whoever uses the root key in a transaction, taken alone by whoever makes another one. */
const rootLock = 0x401d_0005

export async function shareRootLock(tx: Db): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock_shared(${rootLock})`.execute(tx.kysely())
}

export async function takeRootLock(tx: Db): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${rootLock})`.execute(tx.kysely())
}

/** Every replica listens: the seal or the root key is another one. */
export const sealChannel = 'holdfast_seal'

export interface SealRow {
  readonly id: string
  readonly kind: string
  readonly parameters: unknown
  readonly created_at: Date
}

export interface CurrentRow extends SealRow {
  readonly generation: number
  readonly root_id: string
  readonly root_since: Date
  readonly wrapped_root: Buffer
  readonly verification: Buffer
}

type Numbers<Row> = Omit<Row, 'generation'> & { readonly generation: string }

/** @returns undefined before the first start */
export async function currentSeal(tx: Db): Promise<CurrentRow | undefined> {
  const { rows } = await sql<Numbers<CurrentRow>>`
    SELECT id, kind, parameters, created_at, generation, root_id, root_since, wrapped_root, verification
    FROM seals WHERE state = 'current'`.execute(tx.kysely())
  const row = rows[0]
  return row === undefined ? undefined : { ...row, generation: Number(row.generation) }
}

/** In any role. */
export async function currentGeneration(tx: Db): Promise<number | undefined> {
  const { rows } = await sql<{ generation: string }>`SELECT generation FROM seals WHERE state = 'current'`.execute(
    tx.kysely(),
  )
  return rows[0] === undefined ? undefined : Number(rows[0].generation)
}

export type NewCurrent = Omit<CurrentRow, 'created_at' | 'root_since' | 'parameters'> & {
  readonly parameters: Readonly<Record<string, unknown>>
  readonly now: Date
}

/** @returns whether it is there now: of two first starts one makes it */
export async function insertFirstSeal(tx: Db, row: NewCurrent): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    INSERT INTO seals (id, state, kind, parameters, created_at, generation, root_id, root_since, wrapped_root, verification)
    VALUES (${row.id}::uuid, 'current', ${row.kind}, ${JSON.stringify(row.parameters)}::jsonb, ${row.now},
      ${row.generation}, ${row.root_id}::uuid, ${row.now}, ${row.wrapped_root}, ${row.verification})
    ON CONFLICT DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** Makes this the current seal, in the place of the one before: under the lock, and by nobody twice. */
export async function replaceSeal(tx: Db, row: NewCurrent): Promise<void> {
  await sql`
    UPDATE seals SET state = 'retired', retired_at = ${row.now}, parameters = '{}',
      generation = NULL, root_id = NULL, root_since = NULL, wrapped_root = NULL, verification = NULL
    WHERE state = 'current' AND id <> ${row.id}::uuid`.execute(tx.kysely())
  await sql`
    INSERT INTO seals (id, state, kind, parameters, created_at, generation, root_id, root_since, wrapped_root, verification)
    VALUES (${row.id}::uuid, 'current', ${row.kind}, ${JSON.stringify(row.parameters)}::jsonb, ${row.now},
      ${row.generation}, ${row.root_id}::uuid, ${row.now}, ${row.wrapped_root}, ${row.verification})
    ON CONFLICT (id) DO UPDATE SET state = 'current', generation = excluded.generation, root_id = excluded.root_id,
      root_since = excluded.root_since, wrapped_root = excluded.wrapped_root, verification = excluded.verification`.execute(
    tx.kysely(),
  )
}

/** @returns of these ids those that this database knows, with their state */
export async function knownSeals(
  tx: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, 'pending' | 'current' | 'retired'>> {
  const { rows } = await sql<{ id: string; state: 'pending' | 'current' | 'retired' }>`
    SELECT id, state FROM seals WHERE id = ANY(${ids}::uuid[])`.execute(tx.kysely())
  return new Map(rows.map(({ id, state }) => [id, state]))
}

/** The one before it, which was not confirmed, is forgotten. */
export async function replacePending(tx: Db, row: Omit<SealRow, 'created_at'> & { now: Date }): Promise<void> {
  await sql`DELETE FROM seals WHERE state = 'pending'`.execute(tx.kysely())
  await sql`
    INSERT INTO seals (id, state, kind, parameters, created_at)
    VALUES (${row.id}::uuid, 'pending', ${row.kind}, ${JSON.stringify(row.parameters)}::jsonb, ${row.now})`.execute(
    tx.kysely(),
  )
}

export async function pendingSeal(tx: Db, since: Date): Promise<SealRow | undefined> {
  const { rows } = await sql<SealRow>`
    SELECT id, kind, parameters, created_at FROM seals WHERE state = 'pending' AND created_at > ${since}`.execute(
    tx.kysely(),
  )
  return rows[0]
}
