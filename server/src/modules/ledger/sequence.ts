import { chainHash, leafHash } from '@holdfast/events'
import { sql } from 'kysely'
import type { Database, Transaction } from '../../platform/database/database.ts'
import { toEvent, type EventRow } from './row.ts'
import { newsChannel, readHead } from './store.ts'

/** What a test exchanges, to show what each is there for. */
export interface SequenceParts {
  readonly lock?: (tx: Transaction) => Promise<boolean>
  readonly pending?: (tx: Transaction, limit: number) => Promise<PendingRow[]>
}

export type PendingRow = EventRow & { readonly ordinal: string }

const lockKey = 0x401d_0002

/** @returns how many events were given their place; 'busy' while another replica is at it */
export type SequenceBatch = (limit: number) => Promise<number | 'busy'>

/**
 * Numbers what has no number yet, in the order of insertion, and continues the hash chain of the installation over it.
 * It asks for `seq IS NULL` and never for what lies above the last number: a transaction that commits late is found by
 * the first, and lost by the second. One replica at a time, by a lock that ends with its transaction; the head's row
 * and the unique `seq` would stop a second one even without it.
 */
export function createSequenceBatch(
  database: Database,
  { lock = takeLock, pending: find = selectPending }: SequenceParts = {},
): SequenceBatch {
  return (limit) =>
    database.asSystem(async (tx) => {
      if (!(await anyPending(tx))) return 0
      if (!(await lock(tx))) return 'busy'
      const pending = await find(tx, limit)
      if (pending.length === 0) return 0
      let { seq, hash } = await readHead(tx)
      const placed = pending.map((row) => {
        const leaf = leafHash(toEvent(row).event)
        seq += 1
        hash = chainHash(hash, leaf, seq)
        return { ordinal: row.ordinal, seq, leaf, hash }
      })
      await place(tx, placed)
      await sql`UPDATE ledger_head SET seq = ${seq}, hash = decode(${hash}, 'hex'), time = now()`.execute(tx.kysely())
      await sql`SELECT pg_notify(${newsChannel}, '')`.execute(tx.kysely())
      return placed.length
    })
}

/** Most looks find nothing, and then this is all that they cost. */
async function anyPending(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`SELECT EXISTS (SELECT FROM events WHERE seq IS NULL) AS any`.execute(
    tx.kysely(),
  )
  return rows[0]?.any === true
}

async function takeLock(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`SELECT pg_try_advisory_xact_lock(${lockKey}) AS taken`.execute(
    tx.kysely(),
  )
  if (rows[0]?.taken !== true) return false
  // A replica that freezes here must not hold the ledger of all others: the server then ends its transaction.
  await sql`SET LOCAL idle_in_transaction_session_timeout = '10s'`.execute(tx.kysely())
  return true
}

async function selectPending(tx: Transaction, limit: number): Promise<PendingRow[]> {
  const { rows } = await sql<PendingRow>`
    SELECT ordinal, id, time, kind, outcome, actor_type, actor_id, actor_name, resource_type, resource_id, application,
           reason, address, user_agent, request_id, data, seq, leaf, hash
    FROM events WHERE seq IS NULL ORDER BY ordinal LIMIT ${limit}`.execute(tx.kysely())
  return rows
}

interface Placed {
  readonly ordinal: string
  readonly seq: number
  readonly leaf: string
  readonly hash: string
}

async function place(tx: Transaction, placed: readonly Placed[]): Promise<void> {
  const { numAffectedRows } = await sql`
    UPDATE events e SET seq = p.seq, leaf = decode(p.leaf, 'hex'), hash = decode(p.hash, 'hex')
    FROM unnest(${placed.map((entry) => entry.ordinal)}::bigint[], ${placed.map((entry) => entry.seq)}::bigint[],
                ${placed.map((entry) => entry.leaf)}::text[], ${placed.map((entry) => entry.hash)}::text[])
      AS p (ordinal, seq, leaf, hash)
    WHERE e.ordinal = p.ordinal AND e.seq IS NULL`.execute(tx.kysely())
  if (numAffectedRows !== BigInt(placed.length)) {
    throw new Error(`${placed.length} events were to be sequenced, ${numAffectedRows ?? 0n} were`)
  }
}
