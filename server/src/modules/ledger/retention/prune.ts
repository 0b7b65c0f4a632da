import { sql } from 'kysely'
import { addSeconds, type Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import type { Tx, UnitOfWork } from '../../../platform/work.ts'
import type { Db } from '../db.ts'
import type { RetentionConfig } from './config.ts'
import { digestOf, type Places, tellRemoval, toldAt } from './removal.ts'

export interface PruneDeps {
  readonly database: Database
  readonly units: UnitOfWork
  readonly clock: Clock
  readonly config: RetentionConfig
}

/** What the job does in one go at most, in milliseconds; it comes back for the rest. */
const longest = 30_000
const day = 86_400

interface Batch {
  /** events looked at */
  readonly scanned: number
  /** the last of them; null when there was none */
  readonly last: string | null
  readonly ids: readonly string[]
  readonly places: Places
}

/** How far a run got: where the next one goes on, or null when it is through. */
export interface Progress {
  readonly removed: number
  readonly after: string | null
}

/**
 * Removes the events of a tenant whose retention is over and that nothing holds, in batches, each with its record and its event.
 * @param after the id at which an earlier run stopped
 */
export async function pruneTenant(tenant: string, after: string | null, deps: PruneDeps): Promise<Progress> {
  const { units, clock, config } = deps
  const ends = performance.now() + longest
  const context = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
  let removed = 0
  let place = after ?? '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const batch = await units.work(context, async (tx) => {
      const found = await findPast(tx, place, clock.now(), config)
      if (found.ids.length > 0) await removeBatch(tx, found, clock.now())
      return found
    })
    removed += batch.ids.length
    if (batch.last === null || batch.scanned < config.batch) return { removed, after: null }
    place = batch.last
    if (performance.now() > ends) return { removed, after: place }
  }
}

/**
 * Looks at the next events that could be past at all, and picks those that are. Age is counted from recorded_at. What has no
 * place in the log yet is left alone.
 */
async function findPast(tx: Db, after: string, now: Date, config: RetentionConfig): Promise<Batch> {
  const { rows } = await sql<{ scanned: number; last: string | null; ids: string[] | null; places: Places | null }>`
    WITH shortest AS (
      SELECT least(${config.days}, min(days)) AS days FROM retention_rules WHERE tenant_id = current_tenant()
    ), scanned AS MATERIALIZED (
      SELECT e.id, e.class_uid, e.kind, e.recorded_at, e.time, e.actor_type, e.actor_id, e.resource_type, e.resource_id
      FROM events e
      WHERE e.tenant_id = current_tenant() AND e.id > ${after}::uuid
        AND e.recorded_at < ${now}::timestamptz - make_interval(days => (SELECT days FROM shortest))
      ORDER BY e.id LIMIT ${config.batch}
    ), past AS (
      SELECT s.id, l.seq FROM scanned s JOIN log_entries l ON l.tenant_id = current_tenant() AND l.event_id = s.id
      WHERE s.recorded_at < ${now}::timestamptz
              - make_interval(days => event_days(current_tenant(), s.class_uid, s.kind, ${config.days}))
        AND s.recorded_at <= now() - interval '30 days'
        AND NOT event_held(current_tenant(), s.id, s.time, s.actor_type, s.actor_id, s.resource_type, s.resource_id)
    )
    SELECT (SELECT count(*)::int FROM scanned) AS scanned, (SELECT id FROM scanned ORDER BY id DESC LIMIT 1) AS last,
           array_agg(id ORDER BY seq) AS ids, range_agg(int8range(seq, seq, '[]'))::text AS places FROM past`.execute(
    tx.kysely(),
  )
  const [row] = rows
  return { scanned: row?.scanned ?? 0, last: row?.last ?? null, ids: row?.ids ?? [], places: row?.places ?? '{}' }
}

async function removeBatch(tx: Tx, { ids, places }: Batch, now: Date): Promise<void> {
  const digest = digestOf(places, await toldAt(tx, places))
  const event = await tx.record({
    kind: 'log.pruned',
    resource: { type: 'Log', id: 'events' },
    data: { events: ids.length, seqs: digest, from: firstPlace(places), to: lastPlace(places) },
  })
  await tellRemoval(tx, event, { what: 'pruned', places, digest }, now)
  // It looks once more at age and holds: a hold that came in between ends this transaction, and the next run sees it.
  await asSystemIn(tx, () => sql`SELECT prune_events(${tx.tenant}::uuid, ${ids}::uuid[])`.execute(tx.kysely()))
}

/** `{[12,15),[20,21)}` -> 12 and 20 */
export const firstPlace = (places: Places): number => Number(/\[(\d+),/.exec(places)?.[1] ?? 0)
export const lastPlace = (places: Places): number => Number(/,(\d+)\)\}$/.exec(places)?.[1] ?? 1) - 1

/** The time before which everything is past, whatever its class and kind. */
export async function allPastBefore(tx: Db, now: Date, config: RetentionConfig): Promise<Date> {
  const { rows } = await sql<{ days: number }>`
    SELECT greatest(${config.days}, max(days)) AS days FROM retention_rules`.execute(tx.kysely())
  return addSeconds(now, -(rows[0]?.days ?? config.days) * day)
}
