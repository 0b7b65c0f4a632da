import type { Keyring } from '../../keys/index.ts'
import type { Database } from '../../../platform/database/database.ts'
import type { ModuleParts } from '../../../platform/module.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Random } from '../../../platform/random.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import type { WaitForNews } from '../news.ts'
import type { ReadEvents } from '../read.ts'
import type { SinksConfig } from './config.ts'
import { sinkControls } from './controls.ts'
import { createDeliverer, type Tuning, usualTuning } from './delivery/deliverer.ts'
import type { Outbound } from '../../../platform/outbound/resolve.ts'
import { routes } from './routes.ts'
import { openTarget, secretsColumn } from './secrets.ts'
import type { TransportSurroundings } from './transports/open.ts'

export interface SinksDeps {
  readonly database: Database
  readonly units: UnitOfWork
  readonly clock: Clock
  readonly random: Random
  readonly keys: Pick<Keyring, 'encrypted'>
  readonly readEvents: ReadEvents
  readonly waitForNews: WaitForNews
  readonly config: SinksConfig
  /** private addresses are allowed there, unless the configuration says otherwise */
  readonly development: boolean
  readonly publicUrl: string
  readonly version: string
  readonly onError: (error: unknown) => void
  /** what tests hurry */
  readonly tuning?: Partial<Tuning>
  readonly resolve?: Outbound['resolve']
}

export interface Sinks extends ModuleParts {
  /** Begins to deliver. */
  start(): void
  stop(): Promise<void>
}

export function createSinks(deps: SinksDeps): Sinks {
  const { database, units, clock, random, readEvents, waitForNews, config, onError } = deps
  const column = deps.keys.encrypted(secretsColumn)
  const surroundings: TransportSurroundings = {
    outbound: {
      allowPrivate: config.allowPrivate ?? deps.development,
      ...(deps.resolve !== undefined && { resolve: deps.resolve }),
    },
    directory: config.directory,
    hostname: new URL(deps.publicUrl).hostname,
    processId: String(process.pid),
    version: deps.version,
    now: () => clock.now(),
  }
  const tuning = { ...usualTuning, ...deps.tuning }
  const deliverer = createDeliverer({
    database,
    units,
    random,
    openTarget: (tx, sink) => openTarget(tx, column, sink),
    readEvents,
    surroundings,
    bounds: { entries: 1000, events: 500, bytes: 1024 * 1024 },
    backoff: { first: tuning.backoffSeconds, longest: 300 },
    waitForNews,
    tuning,
    onError,
  })
  return {
    routes: routes({ random, column, surroundings }),
    controls: sinkControls,
    jobs: {},
    start: () => deliverer.start(),
    stop: () => deliverer.stop(),
  }
}
