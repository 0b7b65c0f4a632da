import type { Application, ErrorRequestHandler, Request, RequestHandler } from 'express'
import { createHoldfast, type Holdfast, type HoldfastOptions, internalsOf } from './holdfast.ts'
import type { Demands } from './demands.ts'
import { traceExpressRequest } from './guards/trace/express.ts'
import type { Principal } from './principal.ts'
import { isRefusal, problemOf } from './problem.ts'
import { guard } from './routes.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** Who sent the request. null only with `routes: false`, when nobody is signed in. */
    principal: Principal | null
    holdfast: Holdfast
  }
}

export interface ExpressOptions extends HoldfastOptions {
  /**
   * true (default): every route below needs a principal, and a policy that permits the action `get`, `post` ... on `Route::"/path"`.
   * false: `req.principal` is set when somebody is signed in, and the handlers decide with `req.holdfast.require`.
   */
  readonly routes?: boolean
  /** What every request needs, whatever the policies say: `{ scope: 'orders:read' }`, `{ acr: 'aal2' }`. */
  readonly demands?: Demands
  /** One that exists already; the other options of `createHoldfast` are then not read. */
  readonly holdfast?: Holdfast
}

/** The middleware, and the Holdfast in it (to close it, or to use it elsewhere). */
export type ExpressGuard = RequestHandler & { readonly holdfast: Holdfast }

/**
 * Express 5 middleware that guards the routes after it: `app.use(await holdfast())`.
 *
 * Refusals are answered as problem+json, those that a handler throws too: at the first request an error handler is appended behind the
 * routes. An error handler of the application's own stands before it and sees them first.
 * Paths are decided in lower case, because Express matches them without regard to case.
 */
export async function holdfast(options: ExpressOptions = {}): Promise<ExpressGuard> {
  const { routes = true, demands } = options
  const instance = options.holdfast ?? (await createHoldfast(options))
  const { describe, during } = internalsOf(instance)
  const covered = new WeakSet<Application>()
  const handler: RequestHandler = async (req, res, next) => {
    if (!covered.has(req.app)) {
      covered.add(req.app)
      req.app.use(holdfastErrors())
    }
    req.holdfast = instance
    req.principal = null
    const request = routed(req)
    try {
      req.principal = await guard(instance, request, { routes, foldCase: true, demands })
    } catch (error) {
      return holdfastErrors()(error, req, res, next)
    }
    return during(describe(request), () => traceExpressRequest(req, next))
  }
  return Object.assign(handler, { holdfast: instance })
}

/** Answers HoldfastErrors as RFC 9457 problem details and passes everything else on. Needed only to choose its place oneself. */
export function holdfastErrors(): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (!isRefusal(error) || res.headersSent) return next(error)
    const { status, headers, body } = problemOf(error)
    res.status(status).set(headers).send(body)
  }
}

function routed(req: Request) {
  const { headers, rawHeaders, method, socket, originalUrl: url } = req
  // What the router matched and will match: not originalUrl, which a rewriting middleware leaves behind.
  return { headers, rawHeaders, method, socket, url, path: req.baseUrl + req.path }
}
