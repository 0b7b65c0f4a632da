import type { AddressInfo } from 'node:net'
import type { ServerOptions } from 'node:http'
import { serve } from '@hono/node-server'
import type { Hono } from 'hono'
import type { BlankEnv, Env } from 'hono/types'

export interface Running {
  url: string
  /** Answers what is being asked, takes nothing new, and resolves when the port is free. */
  stop(): Promise<void>
}

/** @param port 0 takes a free one */
export async function listen<E extends Env = BlankEnv>(
  app: Hono<E>,
  host: string,
  port: number,
  serverOptions: ServerOptions = {},
): Promise<Running> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>()
  const server = serve({ fetch: app.fetch, hostname: host, port, serverOptions }, resolve)
  server.once('error', reject)
  const address = await promise
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    stop: () =>
      new Promise((stopped, failed) => {
        server.close((error) => (error === undefined ? stopped() : failed(error)))
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      }),
  }
}

/**
 * The life of a process: starts, says so, and stops cleanly at the first SIGTERM or SIGINT.
 * A start that fails says why in a sentence and ends with 1.
 */
export async function runProcess(start: () => Promise<Running>, banner: (url: string) => string): Promise<void> {
  try {
    const running = await start()
    console.log(banner(running.url))
    let stopping = false
    const stop = (): void => {
      if (stopping) return
      stopping = true
      running.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      )
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  } catch (error) {
    fail(error)
  }
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
