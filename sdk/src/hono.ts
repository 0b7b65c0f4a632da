import type { Context, MiddlewareHandler } from 'hono'
import { createHoldfast, type Holdfast, type HoldfastOptions, internalsOf } from './holdfast.ts'
import type { Demands } from './demands.ts'
import { traceContext } from './guards/trace/hono.ts'
import type { Principal } from './principal.ts'
import { guard, type RoutedRequest } from './routes.ts'
import { isRefusal, responseOf } from './problem.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** Who sent the request. null only with `routes: false`, when nobody is signed in. */
    principal: Principal | null
    holdfast: Holdfast
  }
}

export interface HonoOptions extends HoldfastOptions {
  /**
   * true (default): every route below needs a principal, and a policy that permits the action `get`, `post` ... on `Route::"/path"`.
   * false: `c.get('principal')` is set when somebody is signed in, and the handlers decide with `c.get('holdfast').require`.
   */
  readonly routes?: boolean
  /** What every request needs, whatever the policies say: `{ scope: 'orders:read' }`, `{ acr: 'aal2' }`. */
  readonly demands?: Demands
  /** One that exists already; the other options of `createHoldfast` are then not read. */
  readonly holdfast?: Holdfast
}

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
