import type { Configuration } from './configuration.ts'
import { systemClock } from './platform/clock.ts'
import { ConfigError } from './platform/config/load.ts'
import type { Logger } from './platform/diagnostics/logger.ts'
import { createMetrics, type Metrics } from './platform/diagnostics/metrics.ts'
import { createLimiter } from './platform/http/limit.ts'
import type { HttpOptions, HttpServer } from './platform/http/server.ts'
import { createTold } from './platform/http/told.ts'
import { systemRandom } from './platform/random.ts'

/** What is the same for the sealed server and the whole one: whoever was slowed down before is slowed down after. */
export interface Front {
  readonly metrics: Metrics
  readonly base: Pick<
    HttpOptions,
    | 'clock'
    | 'limiter'
    | 'told'
    | 'publicUrl'
    | 'origins'
    | 'hosts'
    | 'trustedProxies'
    | 'newRequestId'
    | 'onFault'
    | 'observe'
  >
  /** @returns the address that it listens at, with the port that was taken: the configured one, or the system's choice for 0 */
  listen(server: HttpServer): Promise<string>
}

export function createFront(config: Pick<Configuration, 'http' | 'publicUrl'>, logger: Logger): Front {
  const clock = systemClock
  const random = systemRandom(clock)
  const metrics = createMetrics()
  const limiter = createLimiter(clock)
  const own = new URL(config.publicUrl)
  let hosts: string[] = []
  return {
    metrics,
    base: {
      clock,
      limiter,
      told: createTold(limiter),
      publicUrl: config.publicUrl,
      origins: [own.origin],
      hosts: () => hosts,
      trustedProxies: config.http.trustedProxies,
      newRequestId: () => random.id(),
      onFault: (error, about) => logger.error({ error, ...about }, 'a request failed'),
      observe: (seen) => {
        metrics.observe(seen)
        const { route, method, status, seconds, requestId } = seen
        logger.debug({ route, method, status, seconds, requestId }, 'request')
      },
    },
    async listen(server) {
      const at = config.http.listen
      const colon = at.lastIndexOf(':')
      const host = at.slice(0, colon)
      const port = await listen(server, host.replace(/^\[(.*)\]$/, '$1'), Number(at.slice(colon + 1)), at)
      // The names under which this very process may be asked: its public one, the configured ones, and loopback.
      const loopback = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]
      hosts = [own.host, ...config.http.hosts.map((name) => name.toLowerCase()), ...loopback]
      return `http://${host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host}:${port}`
    },
  }
}

function listen({ node }: HttpServer, host: string, port: number, at: string): Promise<number> {
  return new Promise((resolve, reject) => {
    node.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new ConfigError([`http.listen: ${at} is in use by another process. Stop it, or set another port.`])
          : error,
      )
    })
    node.listen(port, host, () => {
      const address = node.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
