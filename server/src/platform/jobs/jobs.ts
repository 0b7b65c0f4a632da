import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { addSeconds } from '../clock.ts'
import { announce } from '../database/announce.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Random } from '../random.ts'

export interface NewJob {
  readonly kind: string
  /** at most one waiting job of this kind and key */
  readonly key?: string
  readonly payload?: Readonly<Record<string, unknown>>
  readonly runAt?: Date
  /** comes back by `again`: it is retried for ever, where any other job is given up after 20 attempts */
  readonly recurring?: boolean
}

export interface Job {
  readonly id: string
  readonly tenant: string | null
  readonly kind: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly attempt: number
}

/** What a module wants done outside of a request. `again` says after how many seconds a recurring job comes back. */
export type JobHandler = (job: Job) => Promise<{ readonly again?: number } | void>

export interface Jobs {
  /** Enqueued in the caller's own transaction: there is no job without its change and no change without its job. */
  enqueue(tx: Pick<Transaction, 'tenant' | 'kysely'>, job: NewJob): Promise<void>
  start(handlers: Readonly<Record<string, JobHandler>>): void
  /** Waits for the jobs under way. */
  stop(): Promise<void>
}

export interface JobsDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly onError: (error: unknown, job: Job) => void
  /** after which it looks for jobs that it was not told of; 10 when not said */
  readonly backstopSeconds?: number
}

const leaseSeconds = 60
/** after which a job is given up */
const attempts = 20
/** the largest of PostgreSQL's integers */
const unlimited = 2_147_483_647
const channel = 'holdfast_jobs'
/** Milliseconds to the next look where the database was away, or somebody else is at what is due. */
const soon = 1_000

interface Looked {
  taken: Leased | undefined
  /** where none was taken: when the next one is due, or the lease of one ends */
  next: Date | null
}

interface Leased {
  id: string
  tenant_id: string | null
  kind: string
  payload: Record<string, unknown>
  attempts: number
  lease: string
}

/**
 * At least once: a job is leased (SKIP LOCKED, so replicas never wait for each other), run, and marked. One whose
 * worker died is taken again when the lease lapses, so handlers are written to be repeated.
 */
export function createJobs({ database, clock, random, onError, backstopSeconds = 10 }: JobsDeps): Jobs {
  let handlers: Readonly<Record<string, JobHandler>> = {}
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  /** woken while it was at it */
  let again = false
  let unlisten = () => {}

  async function look(): Promise<Looked> {
    const now = clock.now()
    const kinds = Object.keys(handlers)
    // A job that takes its worker down with it never gets to `retry`: it is given up here.
    const { rows } = await database.asSystem((tx) =>
      sql<{ [N in keyof Leased]: Leased[N] | null } & { next: Date | null }>`
        WITH given_up AS (
          UPDATE jobs SET failed_at = ${now}, last_error = coalesce(last_error, 'its worker died')
          WHERE finished_at IS NULL AND failed_at IS NULL AND leased_until < ${now} AND attempts >= max_attempts
        ), taken AS (
          UPDATE jobs SET attempts = attempts + 1, lease = ${random.id()}::uuid, leased_until = ${addSeconds(now, leaseSeconds)}
          WHERE id = (
            SELECT id FROM jobs
            WHERE finished_at IS NULL AND failed_at IS NULL AND run_at <= ${now}
              AND (leased_until IS NULL OR (leased_until < ${now} AND attempts < max_attempts)) AND kind = ANY(${kinds})
            ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
          RETURNING id, tenant_id, kind, payload, attempts, lease)
        SELECT taken.*, CASE WHEN taken.id IS NULL THEN least(
          (SELECT min(run_at) FROM jobs
           WHERE finished_at IS NULL AND failed_at IS NULL AND run_at > ${now} AND kind = ANY(${kinds})),
          (SELECT min(leased_until) FROM jobs
           WHERE finished_at IS NULL AND failed_at IS NULL AND run_at <= ${now})) END AS next
        FROM (SELECT) AS one LEFT JOIN taken ON true`.execute(tx.last()),
    )
    const [row] = rows
    return { taken: row?.id == null ? undefined : (row as Leased), next: row?.next ?? null }
  }

  async function runOne(leased: Leased): Promise<void> {
    const job: Job = {
      id: leased.id,
      tenant: leased.tenant_id,
      kind: leased.kind,
      payload: leased.payload,
      attempt: leased.attempts,
    }
    const heartbeat = setInterval(() => void renew(leased).catch(() => {}), (leaseSeconds * 1000) / 3)
    try {
      const result = (await handlers[job.kind]?.(job)) ?? {}
      await finish(leased, result.again)
    } catch (error) {
      onError(error, job)
      await retry(leased, error).catch((cause: unknown) => onError(cause, job))
    } finally {
      clearInterval(heartbeat)
    }
  }

  /** A long job keeps its lease for as long as its worker lives. */
  function renew(job: Leased): Promise<unknown> {
    return database.asSystem((tx) =>
      sql`UPDATE jobs SET leased_until = ${addSeconds(clock.now(), leaseSeconds)}
          WHERE id = ${job.id}::uuid AND lease = ${job.lease}::uuid`.execute(tx.kysely()),
    )
  }

  /** Only under the lease that it was run with: one that lapsed is another worker's job by now. */
  function finish(job: Leased, again: number | undefined): Promise<unknown> {
    const now = clock.now()
    return database.asSystem((tx) =>
      again === undefined
        ? sql`UPDATE jobs SET finished_at = ${now}, leased_until = NULL WHERE id = ${job.id}::uuid AND lease = ${job.lease}::uuid`.execute(
            tx.kysely(),
          )
        : sql`UPDATE jobs SET run_at = ${addSeconds(now, again)}, leased_until = NULL, attempts = 0 WHERE id = ${job.id}::uuid AND lease = ${job.lease}::uuid`.execute(
            tx.kysely(),
          ),
    )
  }

  /** Later and later: 2, 4, 8 ... seconds, ten minutes at most. */
  function retry(job: Leased, error: unknown): Promise<unknown> {
    const now = clock.now()
    const delay = Math.min(2 ** job.attempts, 600)
    const text = (error instanceof Error ? error.message : 'unknown').slice(0, 500)
    return database.asSystem((tx) =>
      sql`UPDATE jobs SET leased_until = NULL, last_error = ${text}, run_at = ${addSeconds(now, delay)},
            failed_at = CASE WHEN attempts >= max_attempts THEN ${now}::timestamptz END
          WHERE id = ${job.id}::uuid AND lease = ${job.lease}::uuid`.execute(tx.kysely()),
    )
  }

  /** @returns milliseconds to the next look */
  async function drain(): Promise<number> {
    for (;;) {
      if (stopped) return soon
      const { taken, next } = await look()
      if (taken !== undefined) await runOne(taken)
      else return pauseUntil(next)
    }
  }

  function pauseUntil(next: Date | null): number {
    const backstop = backstopSeconds * 1000
    if (next === null) return backstop
    const left = next.getTime() - clock.now().getTime()
    return Math.min(left > 0 ? left : soon, backstop)
  }

  function wake(): void {
    if (stopped) return
    again = running !== undefined
    if (running !== undefined) return
    clearTimeout(timer)
    running = drain()
      .catch(() => soon) // the database is away
      .then((pause) => {
        running = undefined
        if (again) wake()
        else if (!stopped) timer = setTimeout(wake, pause)
      })
  }

  return {
    async enqueue(tx, job) {
      const runAt = job.runAt ?? clock.now()
      await sql`
        INSERT INTO jobs (id, tenant_id, kind, key, payload, run_at, max_attempts)
        VALUES (${random.id()}::uuid, ${tx.tenant}::uuid, ${job.kind}, ${job.key ?? null}, ${JSON.stringify(job.payload ?? {})}::jsonb, ${runAt},
          ${job.recurring === true ? unlimited : attempts})
        ON CONFLICT DO NOTHING`.execute(tx.kysely())
      await announce(tx, channel)
    },
    start(given) {
      handlers = given
      unlisten = database.listen(channel, wake)
      wake()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      unlisten()
      await running
    },
  }
}
