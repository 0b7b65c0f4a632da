import { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import { createHoldfast, type Holdfast, internalsOf } from './holdfast.ts'
import { traceContext } from './guards/trace/hono.ts'
import type { Principal } from './principal.ts'
import type { ProtectOptions } from './protect/options.ts'
import { nonceOf, Protector } from './protect/protector.ts'
import { guard, type GuardOptions, type RoutedRequest } from './routes.ts'
import { isRefusal, responseOf } from './problem.ts'

export type { ProtectOptions } from './protect/options.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** Who sent the request. null only with `routes: false`, when nobody is signed in. */
    principal: Principal | null
    holdfast: Holdfast
  }
}

export type HonoOptions = GuardOptions

/** The middleware, and the Holdfast in it (to close it, or to use it elsewhere). */
export type HonoGuard = MiddlewareHandler & { readonly holdfast: Holdfast }

/**
 * Hono middleware that guards the routes after it: `app.use(await holdfast())`.
 *
 * Refusals are answered as problem+json, those that a handler throws too (Hono asks the error for its response; an `onError` of the
 * application's own sees them first).
 */
export async function holdfast(options: HonoOptions = {}): Promise<HonoGuard> {
  const { routes = true, demands } = options
  const instance = options.holdfast ?? (await createHoldfast(options))
  const { describe, during } = internalsOf(instance)
  const handler: MiddlewareHandler = async (c, next) => {
    const request = routed(c)
    c.set('holdfast', instance)
    try {
      c.set('principal', await guard(instance, request, { routes, foldCase: false, demands }))
    } catch (error) {
      if (isRefusal(error)) return responseOf(error)
      throw error
    }
    return during(describe(request), () => traceContext(c, next))
  }
  return Object.assign(handler, { holdfast: instance })
}

/**
 * Hono middleware that reads requests before the application does: `app.use(protect())`, first of all. It needs Node's own server
 * (`@hono/node-server`), whose bytes it reads: what it refuses it answers as the gateway would, with problem details.
 * @throws ZodError for settings that are none
 */
export function protect(options: ProtectOptions = {}): MiddlewareHandler & { close(): Promise<void> } {
  const protector = new Protector(options)
  const handler: MiddlewareHandler = async (c, next) => {
    const { request, response } = nodePair(c.env)
    if (!(await protector.receive(request, response))) return answered()
    await next()
    return undefined
  }
  return Object.assign(handler, { close: () => protector.close() })
}

/** For `nonce` of the scripts and styles of a page, where `csp.nonce` is set. */
export const cspNonce = (c: Context): string => nonceOf(nodePair(c.env).request)

/** As @hono/node-server marks an answer that has been given. It looks for the mark on real Responses only, which a clone always is. */
const answered = (): Response => new Response(null, { headers: { 'x-hono-already-sent': 'true' } }).clone()

/** @throws TypeError on another server than Node's */
function nodePair(env: unknown): { request: IncomingMessage; response: ServerResponse } {
  const { incoming: request, outgoing: response } = (env ?? {}) as { incoming?: unknown; outgoing?: unknown }
  if (request instanceof IncomingMessage && response instanceof ServerResponse) return { request, response }
  throw new TypeError('protect() reads what Node received: serve the application with @hono/node-server.')
}

interface NodeRequest {
  readonly rawHeaders: readonly string[]
  readonly socket: NonNullable<RoutedRequest['socket']>
}

/** Under @hono/node-server Node's own request lies in the environment: it knows the peer, and repeated header fields as such. */
function routed(c: Context): RoutedRequest {
  const { method, headers, url } = c.req.raw
  const node = nodeRequest(c.env)
  return { method, headers, url, path: pathOf(url), rawHeaders: node?.rawHeaders, socket: node?.socket }
}

function nodeRequest(env: unknown): NodeRequest | undefined {
  const incoming = typeof env === 'object' && env !== null && 'incoming' in env ? env.incoming : undefined
  if (typeof incoming !== 'object' || incoming === null) return undefined
  return 'rawHeaders' in incoming && Array.isArray(incoming.rawHeaders) && 'socket' in incoming
    ? (incoming as NodeRequest)
    : undefined
}

/** The path as Hono routes by it, which does not normalise it as the URL class would. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return '/'
  return url.slice(start).replace(/[?#].*$/s, '')
}
