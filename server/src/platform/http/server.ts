import { createServer, type IncomingMessage, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { type CatalogueError, platformErrors } from '../errors.ts'
import { refuse } from '../outcome.ts'
import type { Caller, Source } from '../ports.ts'
import { peerOf } from './client-address.ts'
import { createForeignListener } from './foreign-listener.ts'
import { answer, type PipelineDeps, type Trace } from './pipeline.ts'
import type { Foreign } from './foreign.ts'
import { problemResponse } from './problem.ts'
import type { RefusalForm, Route } from './route.ts'
import { nothingAllowed, security } from './security-headers.ts'

export interface HttpOptions extends PipelineDeps {
  readonly routes: readonly Route[]
  /** `host:port` values of the Host header that we answer for (DNS rebinding ends here) */
  readonly hosts: () => readonly string[]
  /** addresses of proxies whose X-Forwarded-For is believed */
  readonly trustedProxies?: readonly string[]
  readonly newRequestId: () => string
  /** what answers by itself, on Node's own objects; asked before the routes */
  readonly foreign?: Foreign
  /** handlers outside of the routes: health, metrics, the console's files */
  readonly plain: Readonly<Record<string, (request: Request) => Response | Promise<Response>>>
  /** what every other address answers; when not said, that there is nothing */
  readonly otherwise?: CatalogueError
  /** how that is said to a browser, which is not a program */
  readonly otherwiseSaid?: RefusalForm
  readonly observe: (seen: SeenRequest) => void
}

/** A request that was answered. */
export interface SeenRequest {
  /** the pattern of the route that answered, for metrics: paths themselves would be without number */
  readonly route: string
  readonly method: string
  /** without the query, which may hold secrets */
  readonly path: string
  readonly host: string
  readonly status: number
  readonly seconds: number
  readonly requestId: string
  readonly source: Source
  /** null when nobody was authenticated */
  readonly caller: Caller | null
  /** the event of its refusal */
  readonly eventId?: string
}

interface Env {
  Bindings: {
    readonly address: string | null
    readonly requestId: string
    readonly trace: Trace
    /** as in `SeenRequest` */
    route: string
  }
}

export interface HttpServer {
  readonly node: Server
  /** Answers otherwise from the next request on: a server that was sealed becomes a whole one. */
  become(options: HttpOptions): void
  /** Lets requests under way finish, ends long polls, then closes. */
  close(): Promise<void>
}

export function createHttpServer(options: HttpOptions): HttpServer {
  const stopping = new AbortController()
  let fetch = createFetch(options, stopping.signal)
  let foreign = createForeignListener(options, stopping.signal)
  const trusted = new Set(options.trustedProxies)
  const listener = getRequestListener(
    (request, { incoming }) => {
      const { address } = peerOf(incoming as IncomingMessage, trusted)
      return fetch(request, { address, requestId: options.newRequestId(), trace: {}, route: 'none' })
    },
    { overrideGlobalObjects: false },
  )
  const node = createServer(
    { requestTimeout: 60_000, headersTimeout: 15_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      if (!foreign(request, response)) void listener(request, response)
    },
  )
  return {
    node,
    become(next) {
      fetch = createFetch(next, stopping.signal)
      foreign = createForeignListener(next, stopping.signal)
    },
    async close() {
      stopping.abort()
      const closed = new Promise<void>((done) => node.close(() => done()))
      // A connection whose last answer goes out now is idle only afterwards, and its client may keep it open.
      const idle = setInterval(() => node.closeIdleConnections(), 50)
      const force = setTimeout(() => node.closeAllConnections(), 5_000)
      await closed
      clearInterval(idle)
      clearTimeout(force)
    },
  }
}

/** @returns the whole server as one function from request to response */
function createFetch(options: HttpOptions, stopping: AbortSignal) {
  const app = new Hono<Env>({ strict: true })
  for (const route of options.routes) {
    app.on(route.method, route.path, async (context) => {
      const { requestId, trace } = context.env
      context.env.route = route.path
      const raw = context.req.raw
      const source = sourceOf(raw, context.env)
      const incoming = {
        request: raw,
        // Made for the few that wait for it.
        get signal() {
          return AbortSignal.any([raw.signal, stopping])
        },
        params: context.req.param(),
        source,
        requestId,
        trace,
      }
      return answer(route, incoming, options)
    })
  }
  for (const [path, handler] of Object.entries(options.plain)) app.get(path, (context) => handler(context.req.raw))
  const methods = methodsByPath(options.routes)
  app.notFound((context) => {
    const problem = { publicUrl: options.publicUrl, requestId: context.env.requestId }
    const own = { form: options.otherwiseSaid ?? null, request: context.req.raw }
    if (options.otherwise !== undefined) return problemResponse(refuse(options.otherwise), problem, own)
    const allow = allowedAt(methods, new URL(context.req.url).pathname)
    return allow === ''
      ? problemResponse(refuse(platformErrors.not_found), problem, own)
      : problemResponse(refuse(platformErrors.method_not_allowed, { allow }, {}, { headers: { allow } }), problem, own)
  })

  return async (request: Request, env: Env['Bindings']): Promise<Response> => {
    const started = performance.now()
    const { requestId } = env
    const host = request.headers.get('host') ?? ''
    const response = options.hosts().includes(host.toLowerCase())
      ? await Promise.resolve(app.fetch(request, env))
      : problemResponse(refuse(platformErrors.unknown_host), { publicUrl: options.publicUrl, requestId })
    const { headers } = response
    for (const [name, value] of Object.entries(security)) if (!headers.has(name)) headers.set(name, value)
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', nothingAllowed)
    if (!headers.has('x-request-id')) headers.set('x-request-id', requestId)
    const seconds = (performance.now() - started) / 1000
    const { eventId, caller = null } = env.trace
    options.observe({
      route: env.route,
      method: request.method,
      path: new URL(request.url).pathname,
      host,
      status: response.status,
      seconds,
      requestId,
      source: sourceOf(request, env),
      caller,
      ...(eventId !== undefined && { eventId }),
    })
    return response
  }
}

function sourceOf({ headers }: Request, { address }: Env['Bindings']): Source {
  return { address, userAgent: headers.get('user-agent')?.slice(0, 256) ?? null }
}

function methodsByPath(routes: readonly Route[]): Map<RegExp, string[]> {
  const byPath = new Map<string, string[]>()
  for (const { path, method } of routes) byPath.set(path, [...(byPath.get(path) ?? []), method])
  return new Map(
    [...byPath].map(([path, methods]) => [
      new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+').replace(/\*$/, '.+')}$`),
      methods,
    ]),
  )
}

function allowedAt(methods: Map<RegExp, string[]>, pathname: string): string {
  for (const [pattern, allowed] of methods) if (pattern.test(pathname)) return allowed.join(', ')
  return ''
}
