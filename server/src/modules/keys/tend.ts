import { addSeconds, type Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Job, JobHandler } from '../../platform/jobs/jobs.ts'
import type { UnitOfWork } from '../../platform/work.ts'
import type { KeysConfig } from './config.ts'
import { jobContext } from './context.ts'
import type { OwnKeyring } from './keyring.ts'
import type { Version } from './make.ts'
import { recordRotated, replace } from './rotate.ts'
import { nextKek, rewrapJob, type RotateKekDeps } from './rotate-kek.ts'
import { currentSince, lastReplaced } from './store/key-encryption-keys.ts'
import { selectOlder } from './store/old.ts'
import { addUp } from './store/uses.ts'

export interface TendDeps extends RotateKekDeps {
  readonly database: Database
  readonly clock: Clock
  readonly keyring: Pick<OwnKeyring, 'maker'>
  readonly units: () => UnitOfWork
  readonly tenant: string
  readonly config: KeysConfig
}

export const tendJob = 'keys.tend'
export const replacedJob = 'keys.replaced'

const hour = 3_600
const day = 86_400

/** Every hour: adds up what was used, and replaces what is too old. */
export function createTendJob(deps: TendDeps): JobHandler {
  const { database, clock, keyring, units, tenant, config } = deps
  return async () => {
    await database.asSystem(addUp)
    const now = clock.now()
    const since = await database.asSystem(currentSince)
    if (since !== null && since < addSeconds(now, -config.kekDays * day))
      await units().work(jobContext(tenant), (tx) => nextKek(tx, deps, 'age'))
    else if ((await database.asSystem(lastReplaced)) !== null)
      await database.asSystem((tx) => deps.jobs().enqueue(tx, { kind: rewrapJob, key: 'only' }))
    const before = addSeconds(now, -config.dataKeyDays * day)
    for (const { tenant_id: owner, ...key } of await database.asSystem((tx) => selectOlder(tx, before)))
      await units().work(jobContext(owner), (tx) => replace(tx, keyring, key, 'age'))
    return { again: hour }
  }
}

/** Records what a ring did in another's transaction: that key had encrypted as much as one may. */
export function createReplacedJob({ units, tenant }: Pick<TendDeps, 'units' | 'tenant'>): JobHandler {
  return async (job: Job) => {
    const { id, purpose, subject, version } = job.payload as unknown as Version
    await units().work(jobContext(job.tenant ?? tenant), (tx) =>
      recordRotated(tx, { id, purpose, subject, version }, 'messages'),
    )
  }
}
