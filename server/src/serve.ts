import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Composition, compose } from './compose.ts'
import { configuration, type Configuration } from './configuration.ts'
import { createFront, type Front } from './front.ts'
import { catalogue, migrationSources } from './modules.ts'
import type { SealDesk, SealStatus } from './modules/keys/index.ts'
import type { Standing, StoredEvent } from './modules/ledger/index.ts'
import { systemClock } from './platform/clock.ts'
import { ConfigError, type ConfigSources, loadConfig } from './platform/config/load.ts'
import { unsafeSettings } from './platform/config/schema.ts'
import { type Database, openDatabase, type WriteObserver } from './platform/database/database.ts'
import { type EmbeddedCluster, startEmbedded } from './platform/database/embedded/cluster.ts'
import { migrate } from './platform/database/migrate.ts'
import { createLogger, type Logger } from './platform/diagnostics/logger.ts'
import { Fault } from './platform/errors.ts'
import { openApi } from './platform/http/openapi.ts'
import { problemPage } from './platform/http/problem-page.ts'
import { createHttpServer, type HttpOptions } from './platform/http/server.ts'
import { staticSite } from './platform/http/static-site.ts'
import { systemRandom } from './platform/random.ts'
import { deskOf, otherwiseChosen } from './sealed/desk.ts'
import { readiness as sealedReadiness, sealedStage } from './sealed/stage.ts'
import { version } from './version.ts'

export interface StartOptions extends ConfigSources {
  /** log lines go to this file; to standard output when not given */
  readonly logFile?: string
  /** the folder of the built console */
  readonly consoleDir?: string
}

/** What there is once the keys are. */
export interface ReadyServer {
  /** the first set-up, while nobody has enrolled */
  readonly setup: { readonly url: string; readonly expiresAt: Date; readonly file: string } | null
  /** Opens events of the first tenant, for what runs in the same process and holds no credential. */
  readEvents(ids: readonly string[]): Promise<readonly StoredEvent[]>
}

export interface RunningServer {
  /** where it listens, with the port that was really taken */
  readonly url: string
  readonly config: Configuration
  readonly dataDir: string
  readonly database: {
    /** the embedded cluster, so that a demo can keep its own databases there; undefined with a database of one's own */
    readonly embedded: EmbeddedCluster | undefined
    readonly url: string
  }
  /** what keeps the root key, and whether somebody must open it */
  seal(): SealStatus
  /** the first set-up, while nobody has enrolled; null while sealed */
  readonly setup: ReadyServer['setup']
  /** At once, or when somebody has unsealed it. Rejects when it cannot work though it was. */
  readonly ready: Promise<ReadyServer>
  readonly warnings: readonly string[]
  stop(): Promise<void>
}

/**
 * Starts the control plane. Where what opens its keys must be given by people it listens, sealed, and becomes whole when
 * they have.
 * @throws ConfigError, DataDirectoryBusy, MigrationError, SealMismatch: each with a sentence for the operator
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config } = loadConfig(configuration, options)
  const warnings = checkUnsafe(config)
  const dataDir = resolve(config.data)
  mkdirSync(dataDir, { recursive: true, mode: 0o755 })
  const logger = createLogger({ level: config.log.level, file: options.logFile })
  const undo: (() => Promise<void>)[] = []
  const stopping = new AbortController()
  const stop = async () => {
    stopping.abort()
    for (const step of undo.splice(0).toReversed())
      await step().catch((error: unknown) => logger.error({ error }, 'while stopping'))
  }
  try {
    const embedded =
      config.database.url === undefined
        ? await startEmbedded({
            dataDir,
            onRestart: () => logger.error('PostgreSQL had ended and was started again'),
            onError: (error) => logger.error({ error }, 'PostgreSQL cannot be started again; it is tried further'),
          })
        : undefined
    if (embedded !== undefined) undo.push(() => embedded.stop())
    const url = config.database.url ?? embedded?.url('postgres') ?? ''
    const applied = await migrate({ url, sources: migrationSources, allowBreaking: config.database.allowBreaking })
    if (applied.length > 0) logger.info({ applied }, 'migrated the database')
    // Told to the ledger, which is made later and stands on the database itself.
    const writes: { observer?: WriteObserver } = {}
    const database = openDatabase({
      url,
      directUrl: config.database.directUrl,
      poolSize: config.database.poolSize,
      onError: (error) => logger.warn({ error }, 'a database connection was lost'),
      onHearing: (hearing) =>
        hearing === 'deaf'
          ? logger.warn('notifications of the database do not arrive: changes are found by looking every second')
          : logger.info('notifications of the database arrive again'),
      observer: { refused: (reason) => writes.observer?.refused(reason) },
    })
    undo.push(() => database.close())

    const desk = deskOf({ config, dataDir, database, clock: systemClock, logger })
    undo.push(() => desk.stop())
    await desk.start()
    const other = otherwiseChosen(config, desk)
    if (other !== undefined) warnings.push(other)
    logger.info({ seal: desk.status() }, desk.status().sealed ? 'the root key is sealed' : 'the root key is unsealed')

    const front = createFront(config, logger)
    const disk = embedded?.directory
    const begun = { undo, writes, disk, stopping: stopping.signal }
    const parts = { config, dataDir, database, logger, desk, front, options, ...begun }
    const { at, ready, setup } = desk.status().sealed ? await startSealed(parts) : await startOpen(parts)
    return {
      url: at,
      config,
      dataDir,
      database: { embedded, url },
      seal: () => desk.status(),
      setup,
      ready,
      warnings,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Parts {
  readonly config: Configuration
  readonly dataDir: string
  readonly database: Database
  readonly logger: Logger
  readonly desk: SealDesk
  readonly front: Front
  readonly writes: { observer?: WriteObserver }
  /** where the embedded database lies */
  readonly disk: string | undefined
  /** what must be ended, in the order in which it was begun */
  readonly undo: (() => Promise<void>)[]
  readonly stopping: AbortSignal
  readonly options: StartOptions
}

interface Started {
  readonly at: string
  readonly setup: ReadyServer['setup']
  readonly ready: Promise<ReadyServer>
}

async function startOpen(parts: Parts): Promise<Started> {
  const composition = await composed(parts)
  const server = createHttpServer(wholeStage(parts, composition))
  const at = await parts.front.listen(server)
  parts.undo.push(() => server.close())
  const ready = await prepared(parts, composition)
  return { at, setup: ready.setup, ready: Promise.resolve(ready) }
}

/** Listens first, so that it can be opened; everything else waits for the keys. */
async function startSealed(parts: Parts): Promise<Started> {
  const { front, database, desk, undo, options } = parts
  const server = createHttpServer(sealedStage(front, database, desk, consolePages(options)))
  const at = await front.listen(server)
  undo.push(() => server.close())
  const ready = desk.opened.then(async () => {
    const composition = await composedAtLast(parts)
    // Stopped in the reverse order: the requests first.
    undo.push(() => server.close())
    server.become(wholeStage(parts, composition))
    return prepared(parts, composition)
  })
  // Whoever started it may wait for it, or not.
  ready.catch((error: unknown) => parts.logger.fatal({ error }, 'unsealed, and it cannot work all the same'))
  return { at, setup: null, ready }
}

/** The database may be away just when the last share came: people are not called together again for that. */
async function composedAtLast(parts: Parts): Promise<Composition> {
  for (;;) {
    try {
      return await composed(parts)
    } catch (error) {
      if (!(error instanceof Fault) || error.error.status !== 503 || parts.stopping.aborted) throw error
      parts.logger.error({ error }, 'unsealed, but the database does not answer; it is tried further')
      await sleep(1_000, undefined, { signal: parts.stopping })
    }
  }
}

async function composed({ config, database, logger, desk, undo, disk, writes }: Parts): Promise<Composition> {
  const clock = systemClock
  const composition = await compose({
    database,
    clock,
    random: systemRandom(clock),
    seal: desk,
    logger,
    publicUrl: config.publicUrl,
    development: config.mode === 'development',
    config,
    ...(disk !== undefined && { disk }),
  })
  undo.push(() => composition.stop())
  writes.observer = composition.ledger.telemetry.writes
  await composition.start()
  return composition
}

async function prepared(
  { config, dataDir, database, options, undo, logger }: Parts,
  { signin, ledger, tenant }: Composition,
): Promise<ReadyServer> {
  const bootstrap = await signin.prepareBootstrap({ tenant, dataDir, token: options.env['HOLDFAST_BOOTSTRAP_TOKEN'] })
  undo.push(async () => bootstrap.stop())
  logger.info({ publicUrl: config.publicUrl, version }, 'holdfast is ready')
  const { pending } = bootstrap
  return {
    setup: pending === null ? null : { url: pending.setupUrl, expiresAt: pending.expiresAt, file: pending.file },
    readEvents: (ids) => database.asTenant(tenant, (tx) => ledger.readEvents(tx, ids), 'read'),
  }
}

/** @throws ConfigError in production */
function checkUnsafe(config: Configuration): string[] {
  const found = unsafeSettings.filter((setting) => setting.unsafe(config)).map(({ path, why }) => `${path}: ${why}`)
  if (config.mode === 'production' && found.length > 0) throw new ConfigError(found)
  return found
}

function wholeStage({ front, database, desk, options }: Parts, composition: Composition): HttpOptions {
  const { metrics } = front
  const { ledger } = composition
  const standing = () => ledger.telemetry.standing()
  metrics.gauge(
    'holdfast_writes_refused_storage_full',
    'Tries to write for which the database had no space.',
    () => standing().refusedWrites.storage_full,
  )
  metrics.gauge(
    'holdfast_writes_refused_database_unavailable',
    'Tries to write without a database.',
    () => standing().refusedWrites.database_unavailable,
  )
  metrics.gauge(
    'holdfast_notifications_deaf',
    '1 while notifications of the database do not arrive, and changes are found by looking every second.',
    () => (database.hearing() === 'deaf' ? 1 : 0),
  )
  metrics.gauge(
    'holdfast_telemetry_waiting',
    'High-volume events that wait to be written.',
    () => standing().counters.waiting,
  )
  metrics.gauge(
    'holdfast_telemetry_lost',
    'High-volume events that were counted instead of written.',
    () => standing().counters.lost,
  )
  // Without a database nobody knows; the other figures are told all the same.
  const broken = (of: 'times' | 'unreviewed') => () =>
    composition.brokenGlass().then(
      (found) => found[of],
      () => Number.NaN,
    )
  metrics.gauge('holdfast_break_glass_times', 'How often the glass was broken.', broken('times'))
  metrics.gauge('holdfast_break_glass_unreviewed', 'Broken glass at which nobody has looked yet.', broken('unreviewed'))
  const { counters } = composition.signin
  metrics.gauge('holdfast_sessions_live', 'Sign-ins that are live.', () =>
    composition.countSessions().catch(() => Number.NaN),
  )
  metrics.gauge('holdfast_session_tokens_replaced', 'Tokens of sessions that were replaced.', () => counters.replaced)
  metrics.gauge('holdfast_session_tokens_reused', 'Uses of a token after it was replaced.', () => counters.reused)
  // Made for the first who asks: it takes longer than any other part of a start.
  let made: string | undefined
  const specification = () => {
    made ??= JSON.stringify(openApi(composition.routes, version), null, 2)
    return made
  }
  return {
    ...front.base,
    observe: (seen) => {
      front.base.observe(seen)
      ledger.telemetry.seen(seen)
    },
    routes: composition.routes,
    foreign: composition.signin.branding.foreign(composition.oauth.foreign),
    authenticate: composition.authenticate,
    decide: composition.decide,
    awaitEffect: composition.awaitEffect,
    database,
    units: composition.units,
    defaultTenant: async () => composition.tenant,
    tenantOfVisit: composition.tenantOfVisit,
    hosts: () => [...front.base.hosts(), ...composition.tenants.hosts()],
    get origins() {
      const { protocol } = new URL(front.base.publicUrl)
      return [...front.base.origins, ...composition.tenants.hosts().map((host) => `${protocol}//${host}`)]
    },
    otherwiseSaid: composition.signin.refusal,
    plain: {
      ...composition.signin.assets,
      ...homePages(consolePages(options), (headers) => composition.signin.isOnlyThemselves(headers)),
      '/problems/:code': problemPage(catalogue),
      '/api/openapi.json': () => new Response(specification(), { headers: { 'content-type': 'application/json' } }),
      '/healthz': () => Response.json({ status: 'ok', version }),
      '/readyz': () => readiness(database, desk, standing(), ledger.halted()),
      '/metrics': async () => new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } }),
    },
  }
}

/** The console is files alone, and holds nothing of anybody: a sealed server shows it too, since it has the page that opens it. */
function consolePages({ consoleDir }: Pick<StartOptions, 'consoleDir'>): HttpOptions['plain'] {
  const directory = consoleDir ?? fileURLToPath(new URL('../../console/dist/site', import.meta.url))
  const notBuilt = () => new Response('The console is not built. Run: npm run build -w console\n', { status: 503 })
  return {
    '/': () => redirect('/console/'),
    '/console': () => redirect('/console/'),
    '/console/*': staticSite(directory, '/console/') ?? notBuilt,
  }
}

/** The front door: whoever has nothing to do at the console comes to their own account. */
function homePages(pages: HttpOptions['plain'], isOnlyThemselves: (headers: Headers) => Promise<boolean>) {
  const inside = pages['/console/*']
  const open = async (request: Request, usual: HttpOptions['plain'][string] | undefined) =>
    // Without a database there is a console still, which says so.
    (await isOnlyThemselves(request.headers).catch(() => false)) || usual === undefined
      ? redirect('/account')
      : usual(request)
  // The first that matches answers.
  return {
    '/': (request: Request) => open(request, pages['/']),
    '/console': (request: Request) => open(request, pages['/console']),
    '/console/': (request: Request) => open(request, inside),
    ...(inside !== undefined && { '/console/*': inside }),
  }
}

function redirect(to: string): Response {
  return new Response(null, { status: 302, headers: { location: to } })
}

async function readiness(database: Database, desk: SealDesk, standing: Standing, halted: boolean): Promise<Response> {
  // A rotation at another replica passed this one by: it must be unsealed again.
  if (desk.status().sealed) return Response.json(sealedReadiness(desk), { status: 503 })
  const disk = standing.diskLow ? { disk: 'low' } : {}
  if (standing.outage?.reason === 'storage_full') {
    return Response.json({ status: 'not ready', database: 'full', ...disk }, { status: 503 })
  }
  try {
    await database.ping()
    // It works, and an operator is needed: what happens is recorded, and not appended to a log that was set back.
    const ledger = halted ? { ledger: 'not the one that was anchored' } : {}
    // Slower by up to a second, and no reason to send its requests elsewhere.
    const notifications = database.hearing() === 'deaf' ? { notifications: 'do not arrive' } : {}
    const status = halted || database.hearing() === 'deaf' ? 'degraded' : 'ready'
    return Response.json({ status, ...ledger, ...notifications, database: 'ok', ...disk })
  } catch {
    return Response.json({ status: 'not ready', database: 'unreachable', ...disk }, { status: 503 })
  }
}
