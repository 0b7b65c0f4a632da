import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

export interface ReplicaRow {
  readonly id: string
  /** X25519, 32 bytes */
  readonly public_key: Buffer
  readonly generation: number
  readonly proof: Buffer
  readonly seen_at: Date
}

export async function upsertReplica(tx: Db, row: ReplicaRow): Promise<void> {
  await sql`
    INSERT INTO seal_replicas (id, public_key, generation, proof, seen_at)
    VALUES (${row.id}::uuid, ${row.public_key}, ${row.generation}, ${row.proof}, ${row.seen_at})
    ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, proof = excluded.proof, seen_at = excluded.seen_at`.execute(
    tx.kysely(),
  )
}

export async function removeReplica(tx: Db, id: string): Promise<void> {
  await sql`DELETE FROM seal_replicas WHERE id = ${id}::uuid`.execute(tx.kysely())
}

/** What was handed over to it, and taken; and replicas that ended without a word. */
export async function tidyReplicas(tx: Db, own: { id: string; generation: number }, since: Date): Promise<void> {
  await sql`DELETE FROM seal_handovers WHERE replica_id = ${own.id}::uuid AND generation <= ${own.generation}`.execute(
    tx.kysely(),
  )
  await sql`DELETE FROM seal_replicas WHERE seen_at < ${since}`.execute(tx.kysely())
}

export async function listReplicas(tx: Db): Promise<readonly ReplicaRow[]> {
  const { rows } = await sql<Omit<ReplicaRow, 'generation'> & { generation: string }>`
    SELECT id, public_key, generation, proof, seen_at FROM seal_replicas ORDER BY id`.execute(tx.kysely())
  return rows.map((row) => ({ ...row, generation: Number(row.generation) }))
}

export async function insertHandover(
  tx: Db,
  row: { replica: string; generation: number; sealed: Buffer; proof: Buffer },
): Promise<void> {
  await sql`
    INSERT INTO seal_handovers (replica_id, generation, sealed)
    VALUES (${row.replica}::uuid, ${row.generation}, ${row.sealed})`.execute(tx.kysely())
  // Proven anew on its behalf: a replica that lags behind is still known at the rotation after this one.
  await sql`
    UPDATE seal_replicas SET generation = ${row.generation}, proof = ${row.proof} WHERE id = ${row.replica}::uuid`.execute(
    tx.kysely(),
  )
}

/** In any role. @returns what was handed over to this replica after this generation, oldest first */
export async function handoversTo(
  tx: Db,
  replica: string,
  after: number,
): Promise<readonly { readonly generation: number; readonly sealed: Buffer }[]> {
  const { rows } = await sql<{ generation: string; sealed: Buffer }>`
    SELECT generation, sealed FROM seal_handovers
    WHERE replica_id = ${replica}::uuid AND generation > ${after} ORDER BY generation`.execute(tx.kysely())
  return rows.map(({ generation, sealed }) => ({ generation: Number(generation), sealed }))
}
