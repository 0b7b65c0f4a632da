import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../platform/clock.ts'
import { announceHere } from '../../platform/database/announce.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import type { RecordEvent, RecordEvents } from '../../platform/ports.ts'
import type { Random } from '../../platform/random.ts'
import { createUnitOfWork, type Tx } from '../../platform/work.ts'
import type { Keyring } from '../keys/index.ts'
import { createAnchors } from './anchors/create.ts'
import { anchorRoutes } from './anchors/routes.ts'
import type { AnchorWatch } from './anchors/watch.ts'
import { ledgerConfig, type LedgerConfig } from './config.ts'
import { controls } from './controls.ts'
import { countEvents, type LedgerCounts } from './counts.ts'
import { createDescribe, type DescribeDeps } from './describe.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { checkJob, createCheckJob } from './fsck/job.ts'
import { checkRoutes } from './fsck/routes.ts'
import { createIdentity } from './identity.ts'
import { createIngest, type Ingest, type PeopleAmong } from './ingest.ts'
import { logRoutes } from './log/routes.ts'
import { createInsert } from './insert.ts'
import { createNews, newsChannel, queueChannel, type WaitForNews } from './news.ts'
import { createOpenRows, createReadEvents, type ReadEvents } from './read.ts'
import { createRecord, createRecordMany } from './record.ts'
import { createRetention } from './retention/index.ts'
import { rooms } from './rooms.ts'
import { routes } from './routes.ts'
import { createSearch, type Readings, type SearchEvents } from './search/index.ts'
import { createSequenceBatch, LogBroken } from './sequence.ts'
import { createSequencer } from './sequencer.ts'
import { createSinks, type Sinks, type SinksDeps } from './sinks/index.ts'
import type { LedgerKeys } from './stored.ts'
import { createSources } from './sources/index.ts'
import { tables } from './tables.ts'
import { telemetryControls } from './telemetry/controls.ts'
import { createTelemetry, type Telemetry } from './telemetry/index.ts'

export { ledgerConfig, type LedgerConfig } from './config.ts'
export type { Ingest } from './ingest.ts'
export type { WaitForNews } from './news.ts'
export type { ReadEvents } from './read.ts'
export { erasePerson } from './retention/erase.ts'
export { removeTenantEvents } from './retention/tenant.ts'
export { retentionJobs } from './retention/jobs.ts'
export type { Asking, Readings, SearchEvents } from './search/index.ts'
export type { StoredEvent } from './stored.ts'
export type { Standing, Telemetry } from './telemetry/index.ts'

export const manifest: ModuleManifest = {
  name: 'ledger',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: { ...tables, ...rooms.tables },
  errors: { ...errors, ...rooms.errors },
  events: { ...events, ...rooms.events },
}

/** Milliseconds for which the first events wait for the anchors: they may be away. */
const anchorPatience = 5_000

export interface LedgerDeps extends DescribeDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly keys: LedgerKeys & Pick<Keyring, 'encrypted' | 'destroySubject'>
  /** names the log, where the configuration does not */
  readonly publicUrl: string
  readonly config?: LedgerConfig
  /** the kinds that the control plane's modules record: no edge's event bears one of these */
  readonly ownKinds: ReadonlySet<string>
  /** whether a person still has an account: they are not erased from the log while they do */
  readonly personExists: (tx: Tx, id: string) => Promise<boolean>
  /** which of these ids are people of the tenant: an edge may name anybody */
  readonly peopleAmong: PeopleAmong
  /** sinks may send to private addresses, unless the configuration says otherwise */
  readonly development?: boolean
  /** what tests of the sinks hurry */
  readonly sinksTuning?: SinksDeps['tuning']
  /** Enqueues a job in the transaction of what wants it done. */
  readonly enqueue: Jobs['enqueue']
  /** a batch that could not be sequenced; the next look tries again */
  readonly onError: (error: unknown) => void
}

export interface Ledger extends ModuleParts {
  /** The port by which every module records, in the transaction of its change. */
  readonly recordEvent: RecordEvent
  readonly recordEvents: RecordEvents
  /** Takes in what edges made; idempotent by the events' ids. */
  readonly ingest: Ingest
  readonly readEvents: ReadEvents
  /** For modules that show events of their own to somebody who may see them. */
  readonly search: SearchEvents
  /** For long polls: ends at the first news, when the signal aborts, after the seconds, and on stop. */
  readonly waitForNews: WaitForNews
  /** Whoever shows events to somebody records it through this first. */
  readonly readings: Readings
  /** What happens too often for a transaction of its own, and how the log itself does. */
  readonly telemetry: Telemetry
  /** The ways out. */
  readonly sinks: Pick<Sinks, 'start'>
  /** For the overview. */
  countEvents(tx: Pick<Transaction, 'tenant' | 'kysely'>, now: Date): Promise<LedgerCounts>
  /** @param tenant the installation's own events are this one's */
  startSequencer(tenant?: string): void
  /** The log is not the one that was anchored, and nothing is appended to it until an operator says so. */
  halted(): boolean
  /** Ends every wait, and waits for the batch under way. */
  stop(): Promise<void>
}

export function createLedger(deps: LedgerDeps): Ledger {
  const { database, clock, random, keys, onError, ownKinds } = deps
  const config = deps.config ?? ledgerConfig.parse({})
  const news = createNews()
  const identity = createIdentity(database, keys, deps.publicUrl, config.origin)
  const halted = () => watch.halted()
  const sequence = createSequenceBatch({ database, identity, interval: config.checkpointMilliseconds, halted })
  const sequencer = createSequencer(sequence, { ...config, onError })
  const written = (tx: Pick<Transaction, 'kysely'>) => announceHere(tx, queueChannel)
  const describe = createDescribe(deps)
  const insertEvents = createInsert({ keys, random })
  const openRows = createOpenRows({ keys, describe })
  const readEvents = createReadEvents(openRows)
  const recording = { clock, random, describe, insertEvents, written }
  const recordEvent = createRecord(recording)
  const search = createSearch({ ...deps, readEvents, waitForNews: news.wait, recordEvent })
  const units = createUnitOfWork(database, recordEvent)
  const retention = createRetention({ ...deps, units, recordEvent, config: config.retention })
  const telemetry = createTelemetry({
    ...deps,
    units,
    config: config.telemetry,
    version: deps.product.version ?? 'unknown',
    insert: async (tenant, made) => {
      await database.asTenant(tenant, async (tx) => {
        await insertEvents(
          tx,
          made.map((event) => describe(event, tenant)),
        )
        written(tx)
      })
    },
  })
  const sinks = createSinks({
    ...deps,
    units,
    readEvents,
    waitForNews: news.wait,
    config: config.sinks,
    tuning: deps.sinksTuning ?? {},
    development: deps.development ?? false,
    version: deps.product.version ?? 'unknown',
  })
  const proofs = { database, readEvents, identity, readings: search.readings }
  const ingest = createIngest({ clock, describe, insertEvents, written, ownKinds, peopleAmong: deps.peopleAmong })
  const sources = createSources({ units, ingest, describe, random })
  let tenant: string | undefined
  const watch: AnchorWatch = createAnchors({
    database,
    keys,
    clock,
    identity,
    config,
    forget: () => sequence.forget(),
    onError,
    onMismatch: async (anchor, { verdict, size, now }) => {
      onError(new LogBroken(`the log is not the one that is kept in ${anchor}: ${verdict}`))
      if (tenant === undefined) return
      const nobody = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
      await units.work(nobody, (tx) =>
        tx.record({ kind: 'ledger.rolled_back', outcome: 'failure', reason: verdict, data: { anchor, size, now } }),
      )
    },
  })
  let unlisten = () => {}
  let stopped = false
  return {
    recordEvent,
    recordEvents: createRecordMany(recording),
    readings: search.readings,
    search: search.search,
    telemetry,
    sinks,
    ingest,
    readEvents,
    waitForNews: news.wait,
    countEvents,
    startSequencer(installationTenant) {
      tenant = installationTenant
      const ends = [
        database.listen(newsChannel, () => news.tell()),
        database.listen(queueChannel, () => sequencer.wake()),
      ]
      unlisten = () => ends.forEach((end) => end())
      // First the look at what is kept elsewhere, if it answers soon: nothing is appended to a log that was set back.
      void Promise.race([watch.start(), sleep(anchorPatience, undefined, { ref: false })]).then(() => {
        if (!stopped) sequencer.start()
      })
    },
    halted,
    async stop() {
      stopped = true
      await sinks.stop()
      unlisten()
      news.close()
      await search.readings.stop()
      await telemetry.stop()
      await watch.stop()
      await sequencer.stop()
    },
    routes: [
      ...search.routes,
      ...retention.routes,
      ...sinks.routes,
      ...sources.routes,
      ...routes(proofs),
      ...logRoutes(proofs),
      ...checkRoutes(deps),
      ...anchorRoutes({ ...deps, anchors: watch, halted }),
    ],
    controls: [
      ...controls({ ...proofs, keys, openRows, anchors: () => watch.standing() }),
      ...retention.controls,
      ...telemetryControls,
      ...sinks.controls,
    ],
    jobs: { ...retention.jobs, [checkJob]: createCheckJob({ ...proofs, keys, openRows, units, clock }) },
  }
}
