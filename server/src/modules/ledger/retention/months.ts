import { sql } from 'kysely'
import type { Clock } from '../../../platform/clock.ts'
import type { Database, Transaction } from '../../../platform/database/database.ts'
import type { RecordEvent } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import type { RetentionConfig } from './config.ts'
import { allPastBefore, firstPlace, lastPlace } from './prune.ts'
import { digestOf, type Places, tellRemoval, toldAt } from './removal.ts'

export interface MonthDeps {
  readonly database: Database
  readonly clock: Clock
  readonly config: RetentionConfig
  readonly recordEvent: RecordEvent
}

/** Months whose partitions are made ahead, with the current one. */
const ahead = 3
/** For the partition of a large month to be counted through. */
const patience = '10min'

/** Makes the partitions of this month and the next ones. @returns how many were made */
export async function makeMonths({ database, clock }: Pick<MonthDeps, 'database' | 'clock'>): Promise<number> {
  const { rows } = await database.asSystem((tx) =>
    sql<{ made: number }>`SELECT make_event_partitions(${clock.now()}, ${ahead}) AS made`.execute(tx.kysely()),
  )
  return rows[0]?.made ?? 0
}

interface Month {
  /** `2026_01` */
  readonly name: string
  readonly from: Date
  readonly beyond: Date
}

interface Share {
  readonly tenant: string
  readonly events: number
  readonly unplaced: number
  readonly places: Places
  /** when the last of them came */
  readonly newest: Date
}

/**
 * Drops the partitions of months of which everything is past and nothing could be held: quick, however many events they have.
 * What must stay for a class or a hold keeps its month, and the rest of that is removed in batches.
 * @returns the months that were dropped
 */
export async function dropMonths(deps: MonthDeps): Promise<string[]> {
  const { database, clock, config } = deps
  const dropped: string[] = []
  const before = await database.asSystem((tx) => allPastBefore(tx, clock.now(), config))
  for (const month of await pastMonths(database, before)) {
    const shares = await database.asSystem((tx) => sharesOf(tx, month))
    // An id may be a month older than the arrival of its event, from which the days count.
    if (shares.some(({ unplaced, newest }) => unplaced > 0 || newest > before)) continue
    if (await drop(month, shares, deps)) dropped.push(month.name)
  }
  return dropped
}

async function pastMonths(database: Database, before: Date): Promise<Month[]> {
  const { rows } = await database.asSystem((tx) =>
    sql<{ name: string }>`
      SELECT substr(c.relname, 8) AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'events'::regclass AND c.relname ~ '^events_\\d{4}_\\d{2}$' ORDER BY 1`.execute(tx.kysely()),
  )
  return rows.map(({ name }) => monthOf(name)).filter(({ beyond }) => beyond <= before)
}

function monthOf(name: string): Month {
  const [year = 0, month = 0] = name.split('_').map(Number)
  return { name, from: new Date(Date.UTC(year, month - 1)), beyond: new Date(Date.UTC(year, month)) }
}

/** What of the month is whose, with the places. Before the drop, and outside of its transaction, since it takes its time. */
async function sharesOf(tx: Transaction, { from, beyond }: Month): Promise<Share[]> {
  await sql`SELECT set_config('statement_timeout', ${patience}, true)`.execute(tx.kysely())
  const { rows } = await sql<Share>`
    SELECT e.tenant_id AS tenant, count(*)::int AS events, count(*) FILTER (WHERE l.seq IS NULL)::int AS unplaced,
           max(e.recorded_at) AS newest,
           coalesce(range_agg(int8range(l.seq, l.seq, '[]')) FILTER (WHERE l.seq IS NOT NULL), '{}')::text AS places
    FROM events e LEFT JOIN log_entries l ON l.tenant_id = e.tenant_id AND l.event_id = e.id
    WHERE e.id >= uuid_at(${from}) AND e.id < uuid_at(${beyond}) GROUP BY e.tenant_id`.execute(tx.kysely())
  return rows
}

/** @returns false when the database refused: something may be held, came late, or the table was busy */
async function drop(month: Month, shares: readonly Share[], deps: MonthDeps): Promise<boolean> {
  try {
    await deps.database.asSystem(async (tx) => {
      await sql`SELECT set_config('statement_timeout', ${patience}, true), set_config('lock_timeout', '3s', true)`.execute(
        tx.kysely(),
      )
      for (const share of shares) await tell(tx, month, share, deps)
      await sql`SELECT drop_event_month(${month.name})`.execute(tx.kysely())
    })
    return true
  } catch (error) {
    // insufficient_privilege, by the function; lock_not_available
    if (['42501', '55P03'].includes(String((error as { code?: unknown }).code))) return false
    throw error
  }
}

/** As each tenant whose events they are. */
async function tell(
  system: Transaction,
  { name }: Month,
  share: Share,
  { clock, recordEvent }: MonthDeps,
): Promise<void> {
  const { tenant, places, events } = share
  await sql`SET LOCAL ROLE holdfast_tenant`.execute(system.kysely())
  await sql`SELECT set_config('holdfast.tenant', ${tenant}, true)`.execute(system.kysely())
  const context = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
  const tx: Tx = {
    tenant,
    kysely: () => system.kysely(),
    recorded: [],
    record: (event) => recordEvent(tx, event, context),
  }
  const digest = digestOf(places, await toldAt(tx, places))
  const event = await tx.record({
    kind: 'log.pruned',
    resource: { type: 'Log', id: 'events' },
    data: { month: name, events, seqs: digest, from: firstPlace(places), to: lastPlace(places) },
  })
  await tellRemoval(tx, event, { what: 'pruned', places, digest }, clock.now())
  await sql`SET LOCAL ROLE holdfast_system`.execute(system.kysely())
}
