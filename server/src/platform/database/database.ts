import type { Kysely } from 'kysely'
import { Pool, type PoolClient, type QueryResult } from 'pg'
import { Fault, platformErrors } from '../errors.ts'
import { uuid } from '../uuid.ts'
import { noteAnnounced } from './announce.ts'
import { createListener, type Hearing } from './listener.ts'
import { type Ask, inOneWrite, kyselyOf } from './pipeline.ts'

/** A transaction, confined by row-level security to one tenant, or (as the system) to none. */
export interface Transaction {
  readonly tenant: string | null
  kysely<Tables>(): Kysely<Tables>
}

/** A transaction, for whoever has begun it. */
export interface OwnTransaction extends Transaction {
  /** For the statement that is the last: COMMIT goes out with it, and after it there is no other. */
  last<Tables>(): Kysely<Tables>
}

export interface Database {
  /** Runs once, in one transaction, as the role that sees one tenant's rows only. */
  asTenant<T>(
    tenant: string,
    run: (tx: OwnTransaction) => Promise<T>,
    mode?: TransactionMode,
    /** for whom: versions of what is changed name them */
    actor?: { readonly type: string; readonly id: string } | null,
  ): Promise<T>
  /**
   * For whoever asks for one thing, or for nothing where it is remembered: each statement is a transaction of its own, in one
   * round trip, and none is begun before there is one.
   */
  singly(tenant: string, mode: TransactionMode): Transaction
  /** As the role that sees every tenant: credentials before a tenant is known, the sequencer, jobs. Owns nothing. */
  asSystem<T>(run: (tx: OwnTransaction) => Promise<T>): Promise<T>
  /**
   * As the system, on a connection kept apart: for a short note that must commit by itself while the caller holds another
   * transaction open, and that therefore may not wait for a connection of the pool. Never waits for a lock for long. What
   * commits later brings it to the disk as well, since there is one log: it is never lost before that is.
   */
  aside<T>(run: (tx: OwnTransaction) => Promise<T>): Promise<T>
  /**
   * Calls back on each NOTIFY of the channel, once after each reconnect (something may have been missed), and every second
   * while notifications do not arrive.
   */
  listen(channel: string, heard: () => void): () => void
  /** Whether notifications arrive. */
  hearing(): Hearing
  ping(): Promise<void>
  close(): Promise<void>
}

/**
 * `write` is there after a power cut once it was answered. `unsynced` is too after a crash of this process, but a power cut
 * may take the last fraction of a second: for counters, whose loss costs nothing, and that would otherwise wait for the disk.
 */
export type TransactionMode = 'write' | 'read' | 'unsynced'

export interface DatabaseOptions {
  readonly url: string
  /** of PostgreSQL itself, where `url` goes by way of a pooler in transaction mode; for what needs a session of its own */
  readonly directUrl?: string | undefined
  readonly poolSize?: number
  /** of one statement, with its waiting for locks, and of a pause between two; 30 when not said */
  readonly longestSeconds?: number
  readonly onError?: (error: Error) => void
  /** Called when notifications arrive no longer, and when they do again. */
  readonly onHearing?: (hearing: Hearing) => void
  readonly observer?: WriteObserver
}

/** Why a change could not be written, though nothing was wrong with it. */
export type WriteTrouble = 'storage_full' | 'database_unavailable'

/** Is told of each change that could not be written for want of space, or of a database to write it to. */
export interface WriteObserver {
  refused(reason: WriteTrouble): void
}

const begins: Readonly<Record<TransactionMode, string>> = {
  write: 'BEGIN',
  read: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  unsynced: 'BEGIN; SET LOCAL synchronous_commit = off',
}

const system = 'SET LOCAL ROLE holdfast_system'

export function openDatabase(options: DatabaseOptions): Database {
  const longest = (options.longestSeconds ?? 30) * 1000
  const poolOf = (max: number) => {
    const made = new Pool({
      connectionString: options.url,
      max,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // For a server that has vanished without a word. One that is there has ended the statement before.
      query_timeout: longest + 1_000,
      application_name: 'holdfast',
      // What is asked before the answers to what was asked earlier goes out at once.
      pipeline: true,
    })
    made.on('error', (error) => options.onError?.(error))
    return made
  }
  const pool = poolOf(options.poolSize ?? 10)
  const asidePool = poolOf(1)
  // A few statements that never end, or wait for a lock that nobody gives back, would hold every connection of the pool.
  const limits = `SET LOCAL statement_timeout = ${longest}; SET LOCAL idle_in_transaction_session_timeout = ${longest}`
  const listener = createListener({
    url: options.directUrl ?? options.url,
    notify: async (channel) => {
      await pool.query('SELECT pg_notify($1, $2)', [channel, ''])
    },
    onHearing: (hearing) => options.onHearing?.(hearing),
  })

  async function transact<T>(
    begin: string,
    tenant: string | null,
    run: (tx: Begun) => Promise<T>,
    { reads = false, from = pool }: { reads?: boolean; from?: Pool } = {},
  ): Promise<T> {
    const client = await from.connect().catch((error: unknown) => {
      if (!reads) options.observer?.refused('database_unavailable')
      throw new Fault(platformErrors.database_unavailable, 'no connection', { cause: error })
    })
    let broken: Error | undefined
    const onBroken = (error: Error) => {
      broken = error
    }
    client.on('error', onBroken)
    let committed: Promise<QueryResult> | undefined
    // What follows at once goes out with it. It can fail only where the connection does: else it is in the transaction, or
    // the transaction is one in which every statement fails.
    const begun = inOneWrite(client, () => client.query(`${begin}; ${limits}`))
    begun.catch(() => {})
    try {
      const tx = transaction(client, tenant, () => {
        committed = client.query('COMMIT')
        committed.catch(() => {})
      })
      const announced = noteAnnounced(tx)
      const result = await run(tx).finally(() => tx.end())
      await begun
      if (broken !== undefined) throw broken
      committed ??= client.query('COMMIT')
      const { command } = await committed
      // After a statement that failed, COMMIT succeeds by rolling back: whoever swallowed that error has changed nothing.
      if (command !== 'COMMIT') throw new Error('a statement had failed: the transaction was rolled back')
      for (const channel of announced) listener.call(channel)
      return result
    } catch (thrown) {
      const error = await begun.then(
        () => thrown,
        (cause: unknown) => cause,
      )
      if (error instanceof Error && isSilent(error)) broken ??= error
      else
        await client.query('ROLLBACK').catch((cause: unknown) => {
          broken ??= cause instanceof Error ? cause : new Error('rollback failed')
        })
      if ((error as { code?: unknown }).code === diskFull) {
        options.observer?.refused('storage_full')
        throw new Fault(platformErrors.storage_full, 'no space left', { cause: error })
      }
      if (!connectionLost(error)) throw error
      throw committed !== undefined && !reads
        ? new Fault(platformErrors.outcome_unknown, 'connection lost while committing', { cause: error })
        : new Fault(platformErrors.database_unavailable, 'connection lost', { cause: error })
    } finally {
      client.off('error', onBroken)
      client.release(broken)
    }
  }

  function asTenant<T>(
    tenant: string,
    run: (tx: Begun) => Promise<T>,
    mode: TransactionMode,
    actor: { readonly type: string; readonly id: string } | null,
  ): Promise<T> {
    // Checked, because SET takes no parameters; one round trip where set_config would be a second.
    if (!uuid.test(tenant)) throw new TypeError('a tenant is a UUID')
    const own = `SET LOCAL ROLE holdfast_tenant; SET LOCAL holdfast.tenant = '${tenant}'`
    const by = actor === null ? '' : `; SET LOCAL holdfast.actor = '${nameOf(actor)}'`
    return transact(`${begins[mode]}; ${own}${by}`, tenant, run, { reads: mode === 'read' })
  }

  return {
    asTenant: (tenant, run, mode = 'write', actor = null) => asTenant(tenant, run, mode, actor),
    singly(tenant, mode) {
      const ask: Ask = (text, values) => asTenant(tenant, (tx) => tx.askLast(text, values), mode, null)
      const kysely = kyselyOf(ask)
      return { tenant, kysely: <Tables>() => kysely as unknown as Kysely<Tables> }
    },
    asSystem: (run) => transact(`BEGIN; ${system}`, null, run),
    aside: (run) =>
      transact(`${begins.unsynced}; SET LOCAL lock_timeout = '3s'; ${system}`, null, run, { from: asidePool }),
    listen: (channel, heard) => listener.listen(channel, heard),
    hearing: () => listener.hearing(),
    async ping() {
      await transact('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', null, async () => {}, { reads: true })
    },
    async close() {
      await listener.close()
      await Promise.all([pool.end(), asidePool.end()])
    },
  }
}

/** `Person/<id>`, in a form that can stand in a statement; whoever has an id of another form is nobody. */
function nameOf({ type, id }: { readonly type: string; readonly id: string }): string {
  const name = `${type}/${id}`
  return /^[A-Za-z]{1,40}\/[A-Za-z0-9_-]{1,100}$/.test(name) ? name : ''
}

interface Begun extends OwnTransaction {
  readonly askLast: Ask
  /** Whoever has not asked by now does not: the connection is somebody else's next. */
  end(): void
}

/** @param commit sends COMMIT */
function transaction(client: PoolClient, tenant: string | null, commit: () => void): Begun {
  let over = false
  const ask: Ask = (text, values) => {
    // It would be outside of the transaction, and of the role that it took.
    if (over) throw new Error('a statement after the last of its transaction')
    return client.query(text, values)
  }
  const askLast: Ask = (text, values) =>
    inOneWrite(client, () => {
      const answer = ask(text, values)
      over = true
      commit()
      return answer
    })
  const kysely = kyselyOf(ask)
  return {
    tenant,
    kysely: <Tables>() => kysely as unknown as Kysely<Tables>,
    last: <Tables>() => kyselyOf(askLast) as unknown as Kysely<Tables>,
    askLast,
    end() {
      over = true
    },
  }
}

/** SQLSTATE: a file of the database could not grow. Where the write-ahead log cannot, the server ends instead. */
const diskFull = '53100'

/** The driver gave up waiting: the connection may never answer again. */
function isSilent(error: Error): boolean {
  return error.message === 'Query read timeout'
}

/**
 * SQLSTATE class 08 (connection exception), 57P0x (shutdown), 57014 and 25P03 (our own limits), and what the driver says
 * when a socket dies.
 */
function connectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string' && /^(08...|57P0.|57014|25P03|ECONN\w+|EPIPE|ENOENT)$/.test(code)) return true
  return isSilent(error) || /Connection terminated|connection error|Client has encountered/i.test(error.message)
}
