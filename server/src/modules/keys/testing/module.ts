import { testLedger } from '../../../testing/ledger.ts'
import type { Fixture } from '../../../testing/fixture.ts'
import { manifests } from '../../../modules.ts'
import type { Clock } from '../../../platform/clock.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Tables } from '../../../platform/database/tables.ts'
import { createJobs, type Jobs } from '../../../platform/jobs/jobs.ts'
import { systemRandom } from '../../../platform/random.ts'
import { platformTables } from '../../../platform/tables.ts'
import { ok, type Refused } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import { createUnitOfWork, type Tx, type UnitOfWork } from '../../../platform/work.ts'
import { type KeysConfig, keysConfig } from '../config.ts'
import { createKeys, type Keys } from '../index.ts'
import { testRoot } from '../seal/testing/root.ts'

export interface KeysModule {
  readonly keys: Keys
  readonly units: UnitOfWork
  readonly jobs: Jobs
  /** Runs a job of the module as a worker does. @returns after how many seconds it wants to come again */
  runJob(kind: string, payload?: Readonly<Record<string, unknown>>): Promise<number | undefined>
}

export interface KeysModuleOptions {
  readonly config?: Partial<KeysConfig>
  readonly clock?: Clock
  /** tables that a test has made */
  readonly tables?: Tables
  readonly kept?: readonly string[]
  readonly subjectRefusal?: (tx: Tx, subject: Uid) => Promise<Refused | undefined>
}

/** The module as one process has it, recording into a real ledger. */
export function keysModule({ database, tenant }: Fixture, options: KeysModuleOptions = {}): KeysModule {
  const clock = options.clock ?? systemClock
  const random = systemRandom(clock)
  const jobs = createJobs({ database, clock, random, onError: () => {} })
  const keys: Keys = createKeys({
    database,
    root: testRoot(),
    clock,
    random,
    config: { ...keysConfig.parse({}), ...options.config },
    tenant,
    kept: options.kept ?? ['ledger'],
    eraseSubject: async (tx, subject) =>
      (await options.subjectRefusal?.(tx, subject)) ??
      ok(await keys.destroySubject(tx, `${subject.type}/${subject.id}`)),
    tables: Object.assign({}, platformTables, ...manifests.map(({ tables }) => tables), options.tables),
    units: () => units,
    jobs: () => jobs,
  })
  const units = createUnitOfWork(database, testLedger(database, { keys, clock }).recordEvent)
  return {
    keys,
    units,
    jobs,
    async runJob(kind, payload = {}) {
      const run = keys.jobs[kind]
      if (run === undefined) throw new Error(`there is no job ${kind}`)
      const result = await run({ id: '01900000-0000-7000-8000-0000000000cc', tenant, kind, payload, attempt: 1 })
      return result?.again
    },
  }
}
