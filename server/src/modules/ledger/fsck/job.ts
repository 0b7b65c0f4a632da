import type { Clock } from '../../../platform/clock.ts'
import type { Job, JobHandler } from '../../../platform/jobs/jobs.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import { type CheckDeps, checkLog } from './check.ts'
import { endCheck, failCheck, moveCheck } from './store.ts'

export interface CheckJobDeps extends CheckDeps {
  readonly units: UnitOfWork
  readonly clock: Clock
}

export const checkJob = 'ledger.fsck'

/** A run whose worker died begins anew: what it had found may no longer be all. */
export function createCheckJob(deps: CheckJobDeps): JobHandler {
  const { database, units, clock } = deps
  return async ({ tenant, payload }: Job) => {
    const id = String(payload['check'])
    const { head, report } = await checkLog(deps, (checked, so) =>
      database.asSystem((tx) => moveCheck(tx, id, checked, so)),
    ).catch(async (error: unknown) => {
      await database.asSystem((tx) => failCheck(tx, id))
      throw error
    })
    const { size, root } = head
    await database.asSystem((tx) => endCheck(tx, id, { size, root, now: clock.now(), report }))
    if (tenant === null) return
    const nobody = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
    await units.work(nobody, (tx) =>
      tx.record({
        kind: 'ledger.checked',
        outcome: report.found === 0 ? 'success' : 'failure',
        resource: { type: 'LogCheck', id },
        data: { size, problems: report.found, codes: [...new Set(report.problems.map(({ code }) => code))] },
      }),
    )
  }
}
