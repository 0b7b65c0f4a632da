import { mkdirSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDataKey } from '@holdfast/envelope'
import { type Composition, compose } from './compose.ts'
import { configuration, type Configuration } from './configuration.ts'
import { catalogue, migrationSources } from './modules.ts'
import type { RootKey } from './modules/keys/index.ts'
import { systemClock } from './platform/clock.ts'
import { ConfigError, type ConfigSources, loadConfig } from './platform/config/load.ts'
import { unsafeSettings } from './platform/config/schema.ts'
import { type Database, openDatabase } from './platform/database/database.ts'
import { type EmbeddedCluster, startEmbedded } from './platform/database/embedded/cluster.ts'
import { migrate } from './platform/database/migrate.ts'
import { createLogger, type Logger } from './platform/diagnostics/logger.ts'
import { createMetrics } from './platform/diagnostics/metrics.ts'
import { createLimiter } from './platform/http/limit.ts'
import { openApi } from './platform/http/openapi.ts'
import { problemPage } from './platform/http/problem-page.ts'
import { createHttpServer, type HttpServer } from './platform/http/server.ts'
import { createTold } from './platform/http/told.ts'
import { staticSite } from './platform/http/static-site.ts'
import { systemRandom } from './platform/random.ts'
import { sealKeyFromFile } from './platform/seal/seal.ts'
import { version } from './version.ts'

export interface StartOptions extends ConfigSources {
  /** log lines go to this file; to standard output when not given */
  readonly logFile?: string
  /** the folder of the built console */
  readonly consoleDir?: string
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
  /** the first set-up, while nobody has enrolled */
  readonly setup: { readonly url: string; readonly expiresAt: Date; readonly file: string } | null
  readonly warnings: readonly string[]
  stop(): Promise<void>
}

/**
 * Starts the control plane.
 * @throws ConfigError, DataDirectoryBusy, MigrationError: each with a sentence for the operator
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config } = loadConfig(configuration, options)
  const warnings = checkUnsafe(config)
  const dataDir = resolve(config.data)
  mkdirSync(dataDir, { recursive: true, mode: 0o755 })
  const logger = createLogger({ level: config.log.level, file: options.logFile })
  const undo: (() => Promise<void>)[] = []
  const stop = async () => {
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
    const database = openDatabase({
      url,
      poolSize: config.database.poolSize,
      onError: (error) => logger.warn({ error }, 'a database connection was lost'),
    })
    undo.push(() => database.close())

    const clock = systemClock
    const composition = await compose({
      database,
      clock,
      random: systemRandom(clock),
      root: fileRoot(sealKeyFromFile(sealFile(config, dataDir))),
      logger,
      publicUrl: config.publicUrl,
      development: config.mode === 'development',
      config,
    })
    undo.push(() => composition.stop())
    await composition.start()

    const http = createHttp({ config, composition, database, logger, consoleDir: options.consoleDir })
    const port = await listen(http, config.http.listen)
    undo.push(() => http.server.close())
    http.bound(port)

    const bootstrap = await composition.signin.prepareBootstrap({
      tenant: composition.tenant,
      dataDir,
      token: options.env['HOLDFAST_BOOTSTRAP_TOKEN'],
    })
    undo.push(async () => bootstrap.stop())
    logger.info({ publicUrl: config.publicUrl, version }, 'holdfast is ready')
    return {
      url: `http://${hostOf(config.http.listen)}:${port}`,
      config,
      dataDir,
      database: { embedded, url },
      setup:
        bootstrap.pending === null
          ? null
          : { url: bootstrap.pending.setupUrl, expiresAt: bootstrap.pending.expiresAt, file: bootstrap.pending.file },
      warnings,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** @throws ConfigError in production */
function checkUnsafe(config: Configuration): string[] {
  const found = unsafeSettings.filter((setting) => setting.unsafe(config)).map(({ path, why }) => `${path}: ${why}`)
  if (config.mode === 'production' && found.length > 0) throw new ConfigError(found)
  return found
}

/** The development seal: the file is the root key. */
function fileRoot(secret: Buffer): RootKey {
  const root = { generation: 1, key: createDataKey('00000000-0000-8000-8000-000000000001', secret) }
  return { inForce: async () => root }
}

function sealFile(config: Configuration, dataDir: string): string {
  const { keyFile } = config.seal
  if (keyFile === undefined) return join(dataDir, 'seal.key')
  return isAbsolute(keyFile) ? keyFile : resolve(keyFile)
}

interface HttpParts {
  readonly config: Configuration
  readonly composition: Composition
  readonly database: Database
  readonly logger: Logger
  readonly consoleDir: string | undefined
}

function createHttp({ config, composition, database, logger, consoleDir }: HttpParts) {
  const clock = systemClock
  const random = systemRandom(clock)
  const metrics = createMetrics()
  const own = new URL(config.publicUrl)
  let hosts: string[] = []
  const directory = consoleDir ?? fileURLToPath(new URL('../../console/dist/site', import.meta.url))
  const site = staticSite(directory, '/console/')
  const notBuilt = () => new Response('The console is not built. Run: npm run build -w console\n', { status: 503 })
  const specification = JSON.stringify(openApi(composition.routes, version), null, 2)
  const limiter = createLimiter(clock)
  const server: HttpServer = createHttpServer({
    routes: composition.routes,
    authenticate: composition.signin.authenticate,
    decide: composition.decide,
    database,
    units: composition.units,
    limiter,
    told: createTold(limiter),
    clock,
    publicUrl: config.publicUrl,
    origins: [own.origin],
    defaultTenant: async () => composition.tenant,
    hosts: () => hosts,
    trustedProxies: config.http.trustedProxies,
    newRequestId: () => random.id(),
    onFault: (error, about) => logger.error({ error, ...about }, 'a request failed'),
    observe: (seen) => {
      metrics.observe(seen)
      logger.debug(seen, 'request')
    },
    plain: {
      ...composition.signin.assets,
      '/': () => redirect('/console/'),
      '/console': () => redirect('/console/'),
      '/console/*': site ?? notBuilt,
      '/problems/:code': problemPage(catalogue),
      '/api/openapi.json': () => new Response(specification, { headers: { 'content-type': 'application/json' } }),
      '/healthz': () => Response.json({ status: 'ok', version }),
      '/readyz': () => readiness(database),
      '/metrics': async () => new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } }),
    },
  })
  return {
    server,
    /** The names under which this very process may be asked: its public one, the configured ones, and loopback. */
    bound(port: number) {
      const loopback = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]
      hosts = [own.host, ...config.http.hosts.map((host) => host.toLowerCase()), ...loopback]
    },
  }
}

function redirect(to: string): Response {
  return new Response(null, { status: 302, headers: { location: to } })
}

async function readiness(database: Database): Promise<Response> {
  try {
    await database.ping()
    return Response.json({ status: 'ready', database: 'ok' })
  } catch {
    return Response.json({ status: 'not ready', database: 'unreachable' }, { status: 503 })
  }
}

function hostOf(listenAt: string): string {
  const host = listenAt.slice(0, listenAt.lastIndexOf(':'))
  return host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host
}

/** @returns the port that was taken (the configured one, or the system's choice for 0) */
async function listen({ server }: { server: HttpServer }, at: string): Promise<number> {
  const colon = at.lastIndexOf(':')
  const host = at.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  return new Promise((resolve, reject) => {
    server.node.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new ConfigError([`http.listen: ${at} is in use by another process. Stop it, or set another port.`])
          : error,
      )
    })
    server.node.listen(Number(at.slice(colon + 1)), host, () => {
      const address = server.node.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
