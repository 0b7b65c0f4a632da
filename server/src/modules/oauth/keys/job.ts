import type { Database } from '../../../platform/database/database.ts'
import type { JobHandler } from '../../../platform/jobs/jobs.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import { dueOf, type RotationTools, spares, tendKeys } from './rotate.ts'
import { selectKeys } from './store.ts'

export const rotateKeysJob = 'oauth.rotate-keys'

export interface KeysJobDeps extends RotationTools {
  readonly database: Database
  readonly units: UnitOfWork
  /** in which the installation's own events are recorded */
  readonly tenant: string
}

/** Every ten minutes: a key is a little late rather than a little early. */
const everySeconds = 600

export function createRotateKeysJob(deps: KeysJobDeps): JobHandler {
  return async () => {
    const now = deps.clock.now()
    const due = dueOf(await deps.database.asSystem((tx) => selectKeys(tx)), deps.config, now)
    if (due.missing.length + due.old.length > 0 || due.gone) {
      const made = await spares(deps, [...new Set([...due.missing, ...due.old])])
      const context = { tenant: deps.tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
      await deps.units.work(context, (tx) => tendKeys(tx, deps, made))
    }
    return { again: everySeconds }
  }
}
