import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import type { ModuleParts } from '../../../platform/module.ts'
import type { RecordEvent } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import type { Tx, UnitOfWork } from '../../../platform/work.ts'
import type { Keyring } from '../../keys/index.ts'
import type { RetentionConfig } from './config.ts'
import { retentionControls } from './controls.ts'
import { createHolds } from './holds.ts'
import { createRetentionJobs } from './jobs.ts'
import { retentionRoutes } from './routes.ts'

export interface RetentionDeps {
  readonly database: Database
  readonly units: UnitOfWork
  readonly clock: Clock
  readonly random: Random
  readonly keys: Pick<Keyring, 'encrypted' | 'destroySubject'>
  readonly recordEvent: RecordEvent
  readonly config: RetentionConfig
  /** whether the person still has an account */
  readonly personExists: (tx: Tx, id: string) => Promise<boolean>
}

/** How long events are kept, what keeps them longer, and the erasure of people. */
export function createRetention(deps: RetentionDeps): ModuleParts {
  const holds = createHolds(deps.keys, deps.random)
  return {
    routes: retentionRoutes({ ...deps, holds }),
    controls: retentionControls(deps.config.days),
    jobs: createRetentionJobs(deps),
  }
}
