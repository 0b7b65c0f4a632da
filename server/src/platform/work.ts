import type { Kysely } from 'kysely'
import type { Database, Transaction } from './database/database.ts'
import { inTenant } from './database/elevate.ts'
import type { Outcome } from './outcome.ts'
import type { RecordedEvent, RecordEvent, WorkContext } from './ports.ts'

/** What a use case changes the world with: one transaction, its events and its jobs. */
export interface Tx {
  readonly tenant: string
  kysely<Tables>(): Kysely<Tables>
  /** Writes an event that commits, or vanishes, with the change. @returns its id */
  record(event: RecordedEvent): Promise<string>
  readonly recorded: readonly { readonly id: string; readonly outcome: string }[]
}

/** Runs once, short, and commits together with its event. Slow things happen before it, never inside. */
export type Work = <T>(run: (tx: Tx) => Promise<Outcome<T>>) => Promise<Outcome<T>>

/** A read, on a snapshot that row-level security confines to the caller's tenant. */
export type Read = <T>(run: (tx: Transaction) => Promise<T>) => Promise<T>

export interface UnitOfWork {
  /** For jobs and start-up: commits when `run` returns. A thrown fault rolls everything back. */
  work<T>(context: WorkContext, run: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * For a request: opened by the handler, committed by `settle` after the answer was checked.
   * @param settle called with the transaction still open; what it throws rolls back
   */
  request(context: WorkContext): RequestWork
  /** Runs a part of a transaction in another tenant, where what must be true of both commits together. */
  within<T>(tx: Pick<Tx, 'tenant' | 'kysely'>, context: WorkContext, run: (own: Tx) => Promise<T>): Promise<T>
}

export interface RequestWork {
  readonly work: Work
  readonly used: boolean
  /** Commits what `work` did, after `check` has passed. */
  settle(check: (tx: Tx | undefined) => Promise<void>): Promise<void>
  /** Rolls back. @returns the cause, as what the database made of it: that it was away, or full */
  abandon(cause: unknown): Promise<unknown>
}

export function createUnitOfWork(database: Database, recordEvent: RecordEvent): UnitOfWork {
  function wrap(tx: Transaction, context: WorkContext): Tx {
    const recorded: { id: string; outcome: string }[] = []
    const own: Tx = {
      tenant: context.tenant,
      kysely: () => tx.kysely(),
      recorded,
      async record(event) {
        const id = await recordEvent(own, event, context)
        recorded.push({ id, outcome: event.outcome ?? 'success' })
        return id
      },
    }
    return own
  }

  return {
    work: (context, run) => database.asTenant(context.tenant, (tx) => run(wrap(tx, context)), 'write', context.actor),
    within: (tx, context, run) =>
      inTenant(tx, context.tenant, () => run(wrap({ tenant: context.tenant, kysely: () => tx.kysely() }, context))),
    request(context) {
      let open: OpenTransaction | undefined
      return {
        get used() {
          return open !== undefined
        },
        async work(run) {
          if (open !== undefined) throw new Error('work runs once per request')
          open = openTransaction(database, context)
          const tx = wrap(await open.begun, context)
          open.tx = tx
          return run(tx)
        },
        async settle(check) {
          await check(open?.tx)
          await open?.commit()
        },
        async abandon(cause) {
          return open === undefined ? cause : open.rollback(cause)
        },
      }
    },
  }
}

interface OpenTransaction {
  readonly begun: Promise<Transaction>
  tx?: Tx
  commit(): Promise<void>
  rollback(cause: unknown): Promise<unknown>
}

/** Turns the database's "run this inside" into "begin now, commit later", for the answer to be checked in between. */
function openTransaction(database: Database, { tenant, actor }: WorkContext): OpenTransaction {
  const begun = Promise.withResolvers<Transaction>()
  const ended = Promise.withResolvers<void>()
  const hold = async (tx: Transaction) => {
    begun.resolve(tx)
    await ended.promise
  }
  const whole = database.asTenant(tenant, hold, 'write', actor)
  whole.catch((error: unknown) => begun.reject(error))
  ended.promise.catch(() => {})
  return {
    begun: begun.promise,
    async commit() {
      ended.resolve()
      await whole
    },
    async rollback(cause) {
      ended.reject(cause)
      return whole.then(
        () => cause,
        (error: unknown) => error,
      )
    },
  }
}
