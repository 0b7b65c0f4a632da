import { sql } from 'kysely'
import type { JobHandler } from '../../../platform/jobs/jobs.ts'
import { dropMonths, makeMonths, type MonthDeps } from './months.ts'
import { type PruneDeps, pruneTenant } from './prune.ts'

const day = 86_400
/** Seconds after which a run that did not get through goes on. */
const soon = 5

/** Recurring: enqueued at the start, once for the installation. */
export const retentionJobs = ['ledger.partitions', 'ledger.prune'] as const

export function createRetentionJobs(deps: PruneDeps & MonthDeps): Readonly<Record<string, JobHandler>> {
  // Where a run stopped. Lost with the process, which then looks once more at what it had left standing.
  const stopped = new Map<string, string>()
  return {
    'ledger.partitions': async () => {
      await makeMonths(deps)
      return { again: day / 4 }
    },
    'ledger.prune': async () => {
      await dropMonths(deps)
      const { rows } = await deps.database.asSystem((tx) =>
        sql<{ id: string }>`SELECT id FROM tenants WHERE deleted_at IS NULL ORDER BY id`.execute(tx.kysely()),
      )
      for (const { id } of rows) {
        const { after } = await pruneTenant(id, stopped.get(id) ?? null, deps)
        if (after === null) stopped.delete(id)
        else stopped.set(id, after)
      }
      return { again: stopped.size === 0 ? day : soon }
    },
  }
}
