import type { AddressInfo } from 'node:net'
import type { Clock } from '../platform/clock.ts'
import { systemClock } from '../platform/clock.ts'
import type { Database } from '../platform/database/database.ts'
import { createLimiter } from '../platform/http/limit.ts'
import type { Route } from '../platform/http/route.ts'
import { createTold } from '../platform/http/told.ts'
import { createHttpServer } from '../platform/http/server.ts'
import type { Authenticate, Caller, Decide, RecordEvent } from '../platform/ports.ts'
import { systemRandom } from '../platform/random.ts'
import { createUnitOfWork } from '../platform/work.ts'

export interface TestServerOptions {
  readonly database: Database
  readonly routes: readonly Route[]
  readonly recordEvent: RecordEvent
  readonly tenant: string
  /** callers by their bearer secret; `one` is there from the start */
  readonly callers?: Readonly<Record<string, Caller>>
  readonly decide?: Decide
  readonly clock?: Clock
}

export interface TestServer {
  readonly port: number
  readonly url: string
  /** faults that were logged */
  readonly faults: unknown[]
  /** A request with the bearer `one`, unless it brings its own. */
  request(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

export function testCaller(tenant: string, more: Partial<Caller> = {}): Caller {
  return {
    tenant,
    principal: { type: 'Person', id: '01900000-0000-7000-8000-0000000000f1' },
    name: 'Ada',
    groups: ['admins'],
    credential: 'session',
    session: null,
    application: null,
    ...more,
  }
}

/** The real HTTP server over given routes; only who the callers are and what they may do is decided here. */
export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  const clock = options.clock ?? systemClock
  const callers: Readonly<Record<string, Caller>> = { one: testCaller(options.tenant), ...options.callers }
  const authenticate: Authenticate = async ({ secret }) => callers[secret] ?? 'invalid'
  const faults: unknown[] = []
  const limiter = createLimiter(clock)
  let host = ''
  const server = createHttpServer({
    routes: options.routes,
    database: options.database,
    units: createUnitOfWork(options.database, options.recordEvent),
    authenticate,
    decide: options.decide ?? (async () => ({ allowed: true, explanation: '', reasons: [] })),
    awaitEffect: async () => null,
    limiter,
    told: createTold(limiter),
    clock,
    publicUrl: 'http://holdfast.test',
    origins: ['http://holdfast.test'],
    defaultTenant: async () => options.tenant,
    onFault: (error) => faults.push(error),
    hosts: () => [host],
    newRequestId: () => systemRandom(clock).id(),
    plain: {},
    observe: () => {},
  })
  await new Promise<void>((done) => server.node.listen(0, '127.0.0.1', done))
  const { port } = server.node.address() as AddressInfo
  host = `127.0.0.1:${port}`
  return {
    port,
    url: `http://${host}`,
    faults,
    request(path, init = {}) {
      const headers = new Headers(init.headers)
      if (!headers.has('authorization') && !headers.has('cookie')) headers.set('authorization', 'Bearer one')
      return fetch(`http://${host}${path}`, { ...init, headers })
    },
    close: () => server.close(),
  }
}
