import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

/** Where the tree stands. */
export interface Head {
  readonly size: number
  /** 32 bytes */
  readonly root: Buffer
  /** when the head last moved; null while the log is empty */
  readonly time: Date | null
}

export async function readHead(tx: Db): Promise<Head> {
  const { rows } = await sql<{ size: string; root_hash: Buffer; time: Date | null }>`
    SELECT size, root_hash, time FROM log_head`.execute(tx.kysely())
  const [row] = rows
  if (row === undefined) throw new Error('the head of the log is missing')
  return { size: Number(row.size), root: row.root_hash, time: row.time }
}

/** The head as whoever holds the log moves it. */
export interface HeldHead extends Pick<Head, 'size' | 'root'> {
  /** of the newest checkpoint; 0 when there is none */
  readonly signed: number
  /** the newest checkpoint is old enough for another */
  readonly elapsed: boolean
}

/** @param interval milliseconds between two checkpoints */
export async function readHeldHead(tx: Db, interval: number): Promise<HeldHead> {
  const { rows } = await sql<{ size: string; root: Buffer; signed: string; elapsed: boolean }>`
    SELECT h.size, h.root_hash AS root, coalesce(c.size, 0) AS signed,
           coalesce(clock_timestamp() - c.time >= ${interval} * interval '1 millisecond', true) AS elapsed
    FROM log_head h
    LEFT JOIN (SELECT size, time FROM log_checkpoints ORDER BY size DESC LIMIT 1) c ON true`.execute(tx.kysely())
  const [row] = rows
  if (row === undefined) throw new Error('the head of the log is missing')
  return { ...row, size: Number(row.size), signed: Number(row.signed) }
}

/**
 * Whether the sequencer has anything to do: events wait for their place, or the head has moved since the last checkpoint, which
 * is old enough for another.
 * @param interval milliseconds between two checkpoints
 */
export async function isDue(tx: Db, interval: number): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    SELECT EXISTS (SELECT FROM log_queue) OR EXISTS (
      SELECT FROM log_head h
      LEFT JOIN (SELECT size, time FROM log_checkpoints ORDER BY size DESC LIMIT 1) c ON true
      WHERE h.size > coalesce(c.size, 0)
        AND coalesce(clock_timestamp() - c.time >= ${interval} * interval '1 millisecond', true)) AS due`.execute(
    tx.kysely(),
  )
  return rows[0]?.due === true
}

/** @param channel on which it is told, once this is committed */
export async function moveHead(tx: Db, size: number, root: Uint8Array, channel: string): Promise<void> {
  await sql`
    WITH moved AS (UPDATE log_head SET size = ${size}, root_hash = ${root}, time = now() RETURNING size)
    SELECT pg_notify(${channel}, '') FROM moved`.execute(tx.kysely())
}

export interface SignedCheckpoint {
  readonly size: number
  readonly root: Buffer
  readonly time: Date
  /** the signed note */
  readonly note: string
}

export async function insertCheckpoint(tx: Db, size: number, root: Uint8Array, note: string): Promise<void> {
  await sql`INSERT INTO log_checkpoints (size, root_hash, time, note)
    VALUES (${size}, ${root}, clock_timestamp(), ${note})`.execute(tx.kysely())
}

/** @returns the newest checkpoint of at most this size; undefined when nothing was signed yet */
export async function readCheckpoint(tx: Db, most = Number.MAX_SAFE_INTEGER): Promise<SignedCheckpoint | undefined> {
  const { rows } = await sql<{ size: string; root_hash: Buffer; time: Date; note: string }>`
    SELECT size, root_hash, time, note FROM log_checkpoints WHERE size <= ${most}
    ORDER BY size DESC LIMIT 1`.execute(tx.kysely())
  const [row] = rows
  return row === undefined ? undefined : { size: Number(row.size), root: row.root_hash, time: row.time, note: row.note }
}
