import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../../../platform/database/database.ts'
import type { ReadEvents } from '../read.ts'
import type { Report } from './report.ts'

/** Seconds after which an event has its place, or something is wrong. */
const patience = 60
const most = 200

/** Events that are in no place and do not wait for one. */
export async function checkPlaced(database: Database, report: Report): Promise<void> {
  const { rows } = await database.asSystem((tx) =>
    sql<{ id: string }>`
      SELECT e.id FROM events e
      WHERE e.recorded_at < now() - ${patience} * interval '1 second'
        AND NOT EXISTS (SELECT FROM log_entries l WHERE l.tenant_id = e.tenant_id AND l.event_id = e.id)
        AND NOT EXISTS (SELECT FROM log_queue q WHERE q.tenant_id = e.tenant_id AND q.event_id = e.id)
      ORDER BY e.id LIMIT ${most}`.execute(tx.kysely()),
  )
  for (const { id } of rows) report.add('event_unplaced', null, id, 'The event has no entry in the log.')
}

interface RemovalRow {
  readonly id: string
  readonly tenant_id: string
  readonly seqs: string
  readonly told: string | null
}

/**
 * Removals are told by an event that names the SHA-256 of their places. Whoever only wrote `log_removals` has no such event:
 * they cannot make one without the keys.
 */
export async function checkRemovals(database: Database, readEvents: ReadEvents, report: Report): Promise<void> {
  const { rows } = await database.asSystem((tx) =>
    sql<RemovalRow>`
      SELECT r.id, r.tenant_id, r.seqs::text AS seqs, l.seq AS told
      FROM log_removals r LEFT JOIN log_entries l ON l.tenant_id = r.tenant_id AND l.event_id = r.id
      WHERE r.time < now() - ${patience} * interval '1 second' ORDER BY r.time, r.id`.execute(tx.kysely()),
  )
  for (const [tenant, own] of Map.groupBy(rows, ({ tenant_id: tenant }) => tenant)) {
    for (let at = 0; at < own.length; at += most) {
      const some = own.slice(at, at + most)
      await database.asTenant(
        tenant,
        async (tx) => {
          const events = await readEvents(
            tx,
            some.map(({ id }) => id),
          )
          const said = new Map(events.map(({ id, view }) => [id, view.data['seqs']]))
          for (const { id, seqs, told } of some) {
            // What was told long ago may be pruned itself: its entry stays, and another removal tells of it.
            const right = told !== null && (!said.has(id) || said.get(id) === digest(seqs))
            if (!right)
              report.add('removal_untold', told === null ? null : Number(told), id, 'No event tells of this removal.')
          }
        },
        'read',
      )
    }
  }
}

function digest(seqs: string): string {
  return createHash('sha256').update(seqs).digest('hex')
}
