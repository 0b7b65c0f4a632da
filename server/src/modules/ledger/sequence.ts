import { formatCheckpoint, signNote } from '@holdfast/merkle'
import { sql } from 'kysely'
import type { Database, OwnTransaction, Transaction } from '../../platform/database/database.ts'
import type { LogIdentity } from './identity.ts'
import { newsChannel } from './news.ts'
import { dropPlaced, type Entries, placeQueued } from './store/entries.ts'
import { type HeldHead, insertCheckpoint, isDue, moveHead, readHeldHead } from './store/head.ts'
import { writeTiles } from './store/tiles.ts'
import { grow, loadTree, type TreeState } from './tree.ts'

export interface SequenceDeps {
  readonly database: Database
  readonly identity: () => Promise<LogIdentity>
  /** milliseconds between two checkpoints */
  readonly interval: number
  /** the log is not the one that was anchored: nothing is appended to it */
  readonly halted?: () => boolean
}

/** What a test exchanges, to show what each is there for. */
export interface SequenceParts {
  readonly lock?: (tx: Transaction) => Promise<boolean>
  readonly place?: (tx: Transaction, size: number, limit: number) => Promise<Entries>
}

/** The head of the log does not fit its tiles and entries: nothing is appended to a log that was tampered with. */
export class LogBroken extends Error {}

const lockKey = 0x401d_0002

export interface SequenceBatch {
  /** @returns how many events were given their place; 'busy' while another replica is at it, or while nobody may */
  (limit: number): Promise<number | 'busy'>
  /** What this process appended is no longer the end of the log: an operator has acknowledged that. */
  forget(): void
}

/**
 * Gives what waits its place, in the order of insertion: entries, tiles, head and, when one is due, a checkpoint, in one
 * transaction. It empties a queue and never asks for what lies above the last number: a transaction that commits late is
 * found by the first, and lost by the second. One replica at a time, by a lock that ends with its transaction; the unique
 * `seq` would stop a second one even without it.
 */
export function createSequenceBatch(
  { database, identity, interval, halted = () => false }: SequenceDeps,
  { lock = takeLock, place = placeQueued }: SequenceParts = {},
): SequenceBatch {
  let known: TreeState | undefined

  /** What this process appended last, if that is where the head is; else the tree as the database has it. */
  async function treeAt(tx: Transaction, size: number, root: Buffer): Promise<TreeState> {
    if (known !== undefined && size < known.tree.size) {
      throw new LogBroken(`the log was set back from ${known.tree.size} to ${size} entries`)
    }
    const state = known?.tree.size === size ? known : await loadTree(tx, size).catch(broken)
    if (!state.root.equals(root)) throw new LogBroken(`the head of the log at ${size} is not the root of its tree`)
    return state
  }

  /** @throws what it threw, once: the next batch is without what was in its way */
  async function withoutPlaced<T>(run: (tx: OwnTransaction) => Promise<T>): Promise<T> {
    try {
      return await database.asSystem(run)
    } catch (error) {
      // unique_violation: an event was put in the queue that has its place.
      if ((error as { code?: unknown }).code === '23505') await database.asSystem(dropPlaced)
      throw error
    }
  }

  async function batch(limit: number): Promise<number | 'busy'> {
    if (halted()) return 'busy'
    const log = await identity()
    if (!(await database.asSystem((tx) => isDue({ kysely: <Tables>() => tx.last<Tables>() }, interval)))) return 0
    const done = await withoutPlaced(async (tx) => {
      // One after the other, and sent at once.
      const [held, head] = await Promise.all([lock(tx), readHeldHead(tx, interval)])
      if (!held) return 'busy'
      const before = await treeAt(tx, head.size, head.root)
      const entries = await place(tx, head.size, limit)
      const { state, tiles } = grow(before, entries)
      const { size } = state.tree
      const signs = isOld(size, head)
      const end = { kysely: <Tables>() => tx.last<Tables>() }
      if (entries.count > 0) {
        await writeTiles(tx, tiles)
        await moveHead(signs ? tx : end, size, state.root, newsChannel)
      }
      if (signs) await insertCheckpoint(end, size, state.root, noteOf(log, state))
      return { count: entries.count, state }
    })
    if (typeof done !== 'object') return done
    // Only now: what was rolled back is not where the log is.
    known = done.state
    return done.count
  }

  return Object.assign(batch, {
    forget() {
      known = undefined
    },
  })
}

function broken(cause: unknown): never {
  // What the database itself says (a lost connection) is no statement about the log.
  if (cause instanceof Error && !('code' in cause)) throw new LogBroken(cause.message, { cause })
  throw cause
}

/** Whether the last checkpoint is old enough: by the row, since another replica may have signed it. */
function isOld(size: number, { signed, elapsed }: HeldHead): boolean {
  return size > signed && elapsed
}

function noteOf({ origin, signer }: LogIdentity, { tree: { size }, root }: TreeState): string {
  return signNote(formatCheckpoint({ origin, size, root, extensions: [] }), [signer])
}

/** A replica that freezes while it holds it must not hold the log of all others: the server then ends its transaction. */
async function takeLock(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    SELECT pg_try_advisory_xact_lock(${lockKey}) AS taken,
      set_config('idle_in_transaction_session_timeout', '10s', true)`.execute(tx.kysely())
  return rows[0]?.taken === true
}
