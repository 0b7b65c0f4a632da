import { fileURLToPath } from 'node:url'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import type { RecordEvent } from '../../platform/ports.ts'
import type { Random } from '../../platform/random.ts'
import { ledgerConfig, type LedgerConfig } from './config.ts'
import { controls } from './controls.ts'
import { countEvents, type LedgerCounts } from './counts.ts'
import { createDescribe, type DescribeDeps } from './describe.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { createIdentity } from './identity.ts'
import { createIngest, type Ingest } from './ingest.ts'
import { createInsert } from './insert.ts'
import { createNews, newsChannel, type WaitForNews } from './news.ts'
import { createReadEvents, type ReadEvents } from './read.ts'
import { createRecord } from './record.ts'
import { rooms } from './rooms.ts'
import { routes } from './routes.ts'
import { createSearch } from './search/index.ts'
import { createSequenceBatch } from './sequence.ts'
import { createSequencer } from './sequencer.ts'
import type { LedgerKeys } from './stored.ts'
import { tables } from './tables.ts'

export { ledgerConfig, type LedgerConfig } from './config.ts'
export type { Ingest } from './ingest.ts'
export type { WaitForNews } from './news.ts'
export type { ReadEvents } from './read.ts'
export type { StoredEvent } from './stored.ts'

export const manifest: ModuleManifest = {
  name: 'ledger',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: { ...tables, ...rooms.tables },
  errors: { ...errors, ...rooms.errors },
  events: { ...events, ...rooms.events },
}

export interface LedgerDeps extends DescribeDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly keys: LedgerKeys
  /** names the log, where the configuration does not */
  readonly publicUrl: string
  readonly config?: LedgerConfig
  /** the kinds that the control plane's modules record: no edge's event bears one of these */
  readonly ownKinds: ReadonlySet<string>
  /** a batch that could not be sequenced; the next look tries again */
  readonly onError: (error: unknown) => void
}

export interface Ledger extends ModuleParts {
  /** The port by which every module records, in the transaction of its change. */
  readonly recordEvent: RecordEvent
  /** Takes in what edges made; idempotent by the events' ids. */
  readonly ingest: Ingest
  readonly readEvents: ReadEvents
  /** For long polls: ends at the first news, when the signal aborts, after the seconds, and on stop. */
  readonly waitForNews: WaitForNews
  /** For the overview. */
  countEvents(tx: Pick<Transaction, 'tenant' | 'kysely'>, now: Date): Promise<LedgerCounts>
  startSequencer(): void
  /** Ends every wait, and waits for the batch under way. */
  stop(): Promise<void>
}

export function createLedger(deps: LedgerDeps): Ledger {
  const { database, clock, random, keys, onError, ownKinds } = deps
  const config = deps.config ?? ledgerConfig.parse({})
  const news = createNews()
  const identity = createIdentity(database, keys, deps.publicUrl, config.origin)
  const sequence = createSequenceBatch({ database, identity, interval: config.checkpointMilliseconds })
  const sequencer = createSequencer(sequence, { ...config, onError })
  const written = () => sequencer.wake()
  const describe = createDescribe(deps)
  const insertEvents = createInsert({ keys, random })
  const readEvents = createReadEvents({ keys, describe })
  const recordEvent = createRecord({ clock, random, describe, insertEvents, written })
  const search = createSearch({ ...deps, readEvents, waitForNews: news.wait, recordEvent })
  let unlisten = () => {}
  return {
    recordEvent,
    ingest: createIngest({ clock, describe, insertEvents, written, ownKinds }),
    readEvents,
    waitForNews: news.wait,
    countEvents,
    startSequencer() {
      unlisten = database.listen(newsChannel, () => news.tell())
      sequencer.start()
    },
    async stop() {
      unlisten()
      news.close()
      await sequencer.stop()
    },
    routes: [...search.routes, ...routes({ readEvents, identity })],
    controls,
    jobs: {},
  }
}
