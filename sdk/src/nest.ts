import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common'
import { traceRequest } from './guards/trace/request.ts'
import { ForbiddenError, HoldfastError } from './errors.ts'
import { createHoldfast, type Holdfast, internalsOf } from './holdfast.ts'
import type { Principal } from './principal.ts'
import { problemOf } from './problem.ts'
import type { ProtectOptions } from './protect/options.ts'
import { nonceOf, passThrough, Protector } from './protect/protector.ts'
import { guard, type GuardOptions } from './routes.ts'

export type { ProtectOptions } from './protect/options.ts'

/** What a handler finds on its request (`@Req()`), under both adapters. */
export interface Guarded {
  /** Who sent the request. null only with `routes: false`, when nobody is signed in. */
  principal: Principal | null
  holdfast: Holdfast
}

export type NestOptions = GuardOptions

/** A guard, an interceptor and a filter in one; and the Holdfast in it (to close it, or to use it elsewhere). */
export interface NestGuard extends CanActivate, NestInterceptor, ExceptionFilter {
  readonly holdfast: Holdfast
  /** Makes it all three, for every route of the application. */
  apply<App extends INestApplication>(app: App): App
}

/**
 * Guards the routes of a Nest application, under the Express and the Fastify adapter: `(await holdfast()).apply(app)`.
 *
 * As a guard it decides, as an interceptor it ties what the handler does to its request (for events and the SQL guard), as a filter it
 * answers refusals as problem+json. Guards of Nest stand before handlers: a path without one is a 404 for everybody.
 */
export async function holdfast(options: NestOptions = {}): Promise<NestGuard> {
  const { routes = true, demands } = options
  const instance = options.holdfast ?? (await createHoldfast(options))
  const { describe, during } = internalsOf(instance)
  class HoldfastGuard implements NestGuard {
    readonly holdfast = instance

    async canActivate(context: ExecutionContext): Promise<boolean> {
      if (context.getType() !== 'http') throw new TypeError('holdfast() guards requests of HTTP alone.')
      const request = context.switchToHttp().getRequest<NestRequest>()
      const { foldCase, ...routed } = routedBy(request)
      request.holdfast = instance
      request.principal = null
      request.principal = await guard(instance, routed, { routes, foldCase, demands })
      return true
    }

    intercept(context: ExecutionContext, next: { handle(): ReturnType<NestHandle> }): ReturnType<NestHandle> {
      const request = context.switchToHttp().getRequest<NestRequest>()
      const { foldCase: _, ...routed } = routedBy(request)
      const { headers, rawHeaders, url } = routed
      const { body, params } = request
      return during(describe(routed), () =>
        traceRequest({ headers, rawHeaders, url, body, params }, () => next.handle()),
      )
    }

    catch(error: unknown, host: ArgumentsHost): void {
      const { status, headers, body } = problemOf(error)
      const response = host.switchToHttp().getResponse<NestResponse>()
      for (const [name, value] of Object.entries(headers)) response.header(name, value)
      response.status(status).send(body)
    }

    apply<App extends INestApplication>(app: App): App {
      app.useGlobalGuards(this).useGlobalInterceptors(this).useGlobalFilters(this)
      return app
    }
  }
  Catch(HoldfastError, ForbiddenError)(HoldfastGuard)
  return new HoldfastGuard()
}

/**
 * Middleware that reads requests before the application does, under both adapters: `app.use(protect())`, before anything else. What it
 * refuses it answers as the gateway would, with problem details.
 * @throws ZodError for settings that are none
 */
export function protect(options: ProtectOptions = {}): NestMiddleware & { close(): Promise<void> } {
  const protector = new Protector(options)
  const handler: NestMiddleware = (req, res, next) => {
    void passThrough(protector, req, res, (req as { originalUrl?: string }).originalUrl, next)
  }
  return Object.assign(handler, { close: () => protector.close() })
}

/** For `nonce` of the scripts and styles of a page, where `csp.nonce` is set. @param req of either adapter */
export const cspNonce = (req: object): string => nonceOf(('raw' in req ? req.raw : req) as IncomingMessage)

/** Fastify's adapter hands middleware Node's own request and response, Express's what is made of them. */
type NestMiddleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void
type NestHandle = NestInterceptor['intercept']

interface NestRequest extends Guarded, IncomingMessage {
  readonly raw?: IncomingMessage
  readonly originalUrl: string
  /** Under Express. */
  readonly baseUrl?: string
  readonly path?: string
  readonly body?: unknown
  readonly params?: unknown
}

interface NestResponse {
  header(name: string, value: string): unknown
  status(code: number): { send(body: string): unknown }
}

function routedBy(request: NestRequest) {
  const { raw, originalUrl, baseUrl = '', path } = request
  const { headers, rawHeaders, socket, method = '', url = '' } = raw ?? request
  // Express matches paths without regard to case, by what a middleware may have rewritten; Fastify by the target.
  const routedPath = path === undefined ? url.replace(/[?#].*$/s, '') : baseUrl + path
  return { headers, rawHeaders, socket, method, url: originalUrl, path: routedPath, foldCase: raw === undefined }
}
