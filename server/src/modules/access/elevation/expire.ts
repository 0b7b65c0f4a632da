import { sql } from 'kysely'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import type { JobHandler } from '../../../platform/jobs/jobs.ts'
import type { Tx, UnitOfWork } from '../../../platform/work.ts'
import { toldOf } from './deps.ts'
import { decideElevation, lockLapsed } from './store/elevations.ts'

export const expireJob = 'access.expire-elevations'
const batch = 200
const everySeconds = 300

/** Writes down that nobody answered in time. Nothing depends on it: whoever asks about a request compares the times. */
export async function expireLapsed(
  tx: Tx,
  now: Date,
  which: { readonly application?: string; readonly person?: string } = {},
): Promise<number> {
  const lapsed = await lockLapsed(tx, now, { ...which, limit: batch })
  for (const row of lapsed) {
    await decideElevation(tx, { id: row.id, state: 'expired', at: row.expires_at, by: null })
    const { resource, data } = toldOf(row)
    await tx.record({ kind: 'elevation.expired', actor: null, resource, application: row.application_id, data })
  }
  return lapsed.length
}

export function createExpireJob({
  database,
  clock,
  units,
}: {
  readonly database: Database
  readonly clock: Clock
  readonly units: UnitOfWork
}): JobHandler {
  return async () => {
    const now = clock.now()
    const tenants = await database.asSystem(async (tx) => {
      const { rows } = await sql<{ tenant_id: string }>`
        SELECT DISTINCT tenant_id FROM elevations WHERE state = 'pending' AND expires_at <= ${now}`.execute(tx.kysely())
      return rows.map((row) => row.tenant_id)
    })
    for (const tenant of tenants) {
      const nobody = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
      while ((await units.work(nobody, (tx) => expireLapsed(tx, now))) === batch);
    }
    return { again: everySeconds }
  }
}
