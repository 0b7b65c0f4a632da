import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Reading } from '../../directory/index.ts'

export interface Brake {
  readonly key: Buffer
  /** attempts that cost no wait */
  readonly free: number
  /** seconds: the wait doubles with each further attempt up to here */
  readonly longest: number
}

/** After this long without an attempt everything is forgotten. */
const memorySeconds = 3600

/**
 * Counts an attempt before it is made: of fifty at once each sees those before it, since they queue at the row. What costs no
 * wait blocks nobody whose request began a moment earlier, and came to the row later.
 * @returns 0 when it may be made, else after how many seconds
 */
export async function countAttempt(tx: Transaction, brake: Brake, now: Date): Promise<number> {
  const { rows } = await counting(tx, sql`SELECT ${brake.key}::bytea`, brake, now).execute(tx.kysely())
  return rows.length > 0 ? 0 : secondsLeft(tx, brake, now)
}

/**
 * The same, as a part of another statement: one row when the attempt may be made, else none.
 * @param keys a query of one column; where it has no row nothing is counted
 */
export function counting(
  { tenant }: Pick<Transaction, 'tenant'>,
  keys: RawBuilder<unknown>,
  { free, longest }: Pick<Brake, 'free' | 'longest'>,
  now: Date,
): RawBuilder<unknown> {
  const forgotten = sql`t.last_at < ${now}::timestamptz - make_interval(secs => ${memorySeconds})`
  return sql`
    INSERT INTO sign_in_throttles AS t (tenant_id, key, attempts, last_at, blocked_until)
    SELECT ${tenant}::uuid, k.key, 1, ${now}::timestamptz,
      CASE WHEN ${free}::int <= 1 THEN ${now}::timestamptz + interval '1 second' ELSE 'epoch' END
    FROM (${keys}) AS k (key)
    ON CONFLICT (tenant_id, key) DO UPDATE SET
      attempts = CASE WHEN ${forgotten} THEN 1 ELSE t.attempts + 1 END,
      last_at = ${now},
      blocked_until = CASE
        WHEN ${forgotten} OR t.attempts + 1 < ${free}::int THEN 'epoch'
        ELSE ${now}::timestamptz + make_interval(secs => least(power(2, least(t.attempts + 1 - ${free}::int, 20)), ${longest}::int)) END
    WHERE t.blocked_until <= ${now}
    RETURNING 1`
}

/** @returns after how many seconds an attempt that was not admitted may be made; 1 at least */
export async function secondsLeft(tx: Reading, { key }: Pick<Brake, 'key'>, now: Date): Promise<number> {
  const { rows } = await sql<{ until: Date }>`
    SELECT blocked_until AS until FROM sign_in_throttles WHERE key = ${key}`.execute(tx.kysely())
  return Math.max(1, Math.ceil(((rows[0]?.until.getTime() ?? 0) - now.getTime()) / 1000))
}

/** The attempt was right, or was not made at all: it does not count. */
export async function takeAttemptBack(tx: Reading, key: Buffer): Promise<void> {
  await sql`
    UPDATE sign_in_throttles SET attempts = greatest(attempts - 1, 0), blocked_until = 'epoch' WHERE key = ${key}`.execute(
    tx.kysely(),
  )
}

/** The person has proved themselves: earlier mistakes are forgotten. */
export async function forgetAttempts(tx: Reading, key: Buffer): Promise<void> {
  await sql`DELETE FROM sign_in_throttles WHERE key = ${key}`.execute(tx.kysely())
}

/** As the system. */
export async function forgetThrottles(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM sign_in_throttles WHERE last_at < ${before} AND blocked_until < ${before}`.execute(tx.kysely())
}
