import { sql } from 'kysely'
import type { Transaction } from '../../platform/database/database.ts'
import { readHead } from './store/head.ts'

/** What the overview shows of a tenant's last 24 hours. */
export interface LedgerCounts {
  readonly events24h: number
  readonly refusals24h: number
  readonly signIns: { readonly succeeded24h: number; readonly refused24h: number }
  /** 24 hours, oldest first; the last is the current one. What failed by a fault was neither allowed nor refused. */
  readonly series: readonly { readonly hour: string; readonly allowed: number; readonly refused: number }[]
  /** the size of the tree and its root hash */
  readonly head: { readonly seq: number; readonly hash: string }
}

interface HourRow {
  readonly hour: Date
  readonly total: number
  readonly allowed: number
  readonly refused: number
  readonly signed_in: number
  readonly sign_ins_refused: number
}

/** What signin records of a sign-in at its form. What an edge reports under these names is kept as `reported.*`. */
const signedIn = 'session.started'
const signInRefused = 'session.refused'

/** Counts the 24 hours that end with the current one, in UTC. */
export async function countEvents(tx: Pick<Transaction, 'tenant' | 'kysely'>, now: Date): Promise<LedgerCounts> {
  const { rows } = await sql<HourRow>`
    WITH hours AS (
      SELECT generate_series(date_trunc('hour', ${now}::timestamptz, 'UTC') - interval '23 hours',
                             date_trunc('hour', ${now}::timestamptz, 'UTC'), interval '1 hour') AS hour
    ), counted AS (
      SELECT date_trunc('hour', time, 'UTC') AS hour, count(*)::int AS total,
        count(*) FILTER (WHERE outcome = 'success')::int AS allowed,
        count(*) FILTER (WHERE outcome = 'refused')::int AS refused,
        count(*) FILTER (WHERE kind = ${signedIn} AND outcome = 'success')::int AS signed_in,
        count(*) FILTER (WHERE kind = ${signInRefused})::int AS sign_ins_refused
      FROM events
      WHERE tenant_id = current_tenant()
        AND id >= uuid_at(date_trunc('hour', ${now}::timestamptz, 'UTC') - interval '24 hours')
        AND time >= date_trunc('hour', ${now}::timestamptz, 'UTC') - interval '23 hours'
      GROUP BY 1
    )
    SELECT hour, coalesce(total, 0) AS total, coalesce(allowed, 0) AS allowed, coalesce(refused, 0) AS refused,
      coalesce(signed_in, 0) AS signed_in, coalesce(sign_ins_refused, 0) AS sign_ins_refused
    FROM hours LEFT JOIN counted USING (hour) ORDER BY hour`.execute(tx.kysely())
  const sum = (pick: (row: HourRow) => number) => rows.reduce((total, row) => total + pick(row), 0)
  const { size, root } = await readHead(tx)
  return {
    events24h: sum((row) => row.total),
    refusals24h: sum((row) => row.refused),
    signIns: { succeeded24h: sum((row) => row.signed_in), refused24h: sum((row) => row.sign_ins_refused) },
    series: rows.map(({ hour, allowed, refused }) => ({ hour: hour.toISOString(), allowed, refused })),
    head: { seq: size, hash: root.toString('hex') },
  }
}
