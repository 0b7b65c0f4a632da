import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { traceFastifyRequest } from './guards/trace/fastify.ts'
import { createHoldfast, type Holdfast, internalsOf } from './holdfast.ts'
import type { Principal } from './principal.ts'
import { isRefusal, problemOf } from './problem.ts'
import type { ProtectOptions } from './protect/options.ts'
import { nonceOf, Protector } from './protect/protector.ts'
import { guard, type GuardOptions } from './routes.ts'

export type { ProtectOptions } from './protect/options.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent the request. null only with `routes: false`, when nobody is signed in. */
    principal: Principal | null
    holdfast: Holdfast
  }
}

export type FastifyOptions = GuardOptions

/** The plugin, and the Holdfast in it (to close it, or to use it elsewhere). */
export type FastifyGuard = FastifyPluginCallback & { readonly holdfast: Holdfast }

/**
 * Fastify 5 plugin that guards the routes of the instance that it is registered with: `app.register(await holdfast())`.
 *
 * Refusals are answered as problem+json, those that a handler throws too, unless an error handler of the application's own, which sees them
 * first, answers them otherwise. Paths are decided as Fastify matches them: in their case, unless `routerOptions.caseSensitive` is false.
 */
export async function holdfast(options: FastifyOptions = {}): Promise<FastifyGuard> {
  const { routes = true, demands } = options
  const instance = options.holdfast ?? (await createHoldfast(options))
  const { describe, during } = internalsOf(instance)
  const plugin: FastifyPluginCallback = (app, _options, done) => {
    const foldCase = caseFolds(app.initialConfig)
    app.decorateRequest('principal', null)
    app.decorateRequest('holdfast', { getter: () => instance })
    app.addHook('onRequest', async (request) => {
      request.principal = await guard(instance, routed(request), { routes, foldCase, demands })
    })
    // Once the body has been read: its events come from another context, in which nothing would be known of the request.
    app.addHook('preHandler', (request, _reply, next) => {
      during(describe(routed(request)), () => traceFastifyRequest(request, next))
    })
    const before = app.errorHandler
    app.setErrorHandler((error, request, reply) => {
      if (!isRefusal(error) || reply.sent) return before.call(app, error as never, request, reply)
      return refuse(reply, error)
    })
    done()
  }
  return Object.assign(shared(plugin), { holdfast: instance })
}

/**
 * Fastify 5 plugin that reads requests before the application does: `app.register(protect())`, before other plugins. What it refuses it
 * answers as the gateway would, with problem details; faults of its own go to the application's error handling.
 * @throws ZodError for settings that are none
 */
export function protect(options: ProtectOptions = {}): FastifyPluginCallback {
  const protector = new Protector(options)
  return shared((app, _options, done) => {
    app.addHook('onRequest', async (request, reply) => {
      const { raw } = request
      if (!(await protector.receive(raw, reply.raw, request.originalUrl))) reply.hijack()
    })
    app.addHook('onClose', () => protector.close())
    done()
  })
}

/** For `nonce` of the scripts and styles of a page, where `csp.nonce` is set. */
export const cspNonce = (request: FastifyRequest): string => nonceOf(request.raw)

/** As `fastify-plugin` does: for the instance itself, not for one below it. */
const shared = (plugin: FastifyPluginCallback): FastifyPluginCallback =>
  Object.assign(plugin, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'holdfast' })

const caseFolds = (config: object): boolean => {
  const { routerOptions, caseSensitive } = config as {
    routerOptions?: { caseSensitive?: boolean }
    caseSensitive?: boolean
  }
  return (routerOptions?.caseSensitive ?? caseSensitive) === false
}

function refuse(reply: FastifyReply, error: unknown) {
  const { status, headers, body } = problemOf(error)
  return reply.code(status).headers(headers).send(body)
}

function routed({ raw, method, url }: FastifyRequest) {
  const { headers, rawHeaders, socket } = raw
  return { headers, rawHeaders, method, socket, url, path: url.replace(/[?#].*$/s, '') }
}
