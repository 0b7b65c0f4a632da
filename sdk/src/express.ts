import type { Application, ErrorRequestHandler, Request, RequestHandler } from 'express'
import { createHoldfast, type Holdfast, internalsOf } from './holdfast.ts'
import { traceExpressRequest } from './guards/trace/express.ts'
import type { Principal } from './principal.ts'
import { isRefusal, problemOf } from './problem.ts'
import type { ProtectOptions } from './protect/options.ts'
import { nonceOf, passThrough, Protector } from './protect/protector.ts'
import { guard, type GuardOptions } from './routes.ts'

export type { ProtectOptions } from './protect/options.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** Who sent the request. null only with `routes: false`, when nobody is signed in. */
    principal: Principal | null
    holdfast: Holdfast
  }
}

export type ExpressOptions = GuardOptions

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

/**
 * Express 5 middleware that reads requests before the application does: `app.use(protect())`, before anything that reads bodies. What it
 * refuses it answers as the gateway would, with problem details; faults of its own go to the application's error handling.
 * @throws ZodError for settings that are none
 */
export function protect(options: ProtectOptions = {}): RequestHandler & { close(): Promise<void> } {
  const protector = new Protector(options)
  const handler: RequestHandler = (req, res, next) => {
    void passThrough(protector, req, res, req.originalUrl, next)
  }
  return Object.assign(handler, { close: () => protector.close() })
}

/** For `nonce` of the scripts and styles of a page, where `csp.nonce` is set. */
export const cspNonce = (req: Request): string => nonceOf(req)

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
