import { sql } from 'kysely'
import type { Database } from '../../../platform/database/database.ts'
import type { Report } from './report.ts'

/** Seconds after which an event has its place, or something is wrong. */
const patience = 60
/** Events of one kind of problem that are named. */
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
