import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ActiveCredential, type GatewayBundle, RESERVED_PREFIX } from '@holdfast/bundle'
import { type Edge, EdgeError, networkOf } from '@holdfast/sdk/edge'
import { v7 } from 'uuid'
import type { Active } from './forward/active.ts'
import { Exchange, type ExchangeTimeouts } from './forward/exchange.ts'
import { writeRequestHead } from './forward/request-head.ts'
import { Tunnel } from './forward/tunnel.ts'
import { findCredential, type Presented } from './identity/credential.ts'
import type { Mint } from './identity/mint.ts'
import type { RateLimit } from './limits/rate.ts'
import { answerRefusal } from './refusal/answer.ts'
import { type Asker, describeTarget } from './refusal/asker.ts'
import { isRefusal, type Refusal, refusal } from './refusal/catalogue.ts'
import type { Reporter } from './refusal/reporter.ts'
import { prefersHtml } from './request/accept.ts'
import type { Origin } from './request/address.ts'
import { type Cookies, readCookies } from './request/cookies.ts'
import { isCrossSite, isSafe } from './request/cross-site.ts'
import { readHead, type RequestHead } from './request/head.ts'
import type { Route } from './routing/table.ts'
import { type Endpoints, signInRedirect, unavailable } from './signin/endpoints.ts'
import { clearSession } from './signin/flow.ts'
import type { Ground, Standing } from './standing.ts'
import type { UpstreamPools } from './upstream/pool.ts'

export interface HandlerOptions {
  readonly edge: Pick<Edge<GatewayBundle>, 'introspect' | 'isRevoked'>
  readonly standing: Standing
  readonly endpoints: Endpoints
  readonly mint: Mint
  readonly reporter: Reporter
  readonly rate: RateLimit | null
  readonly pools: UpstreamPools
  readonly active: Active
  readonly originOf: (request: IncomingMessage) => Origin
  /** Sessions that were ended here a moment ago; the feed may not have said so yet. */
  readonly hasEnded: (session: string | null) => boolean
  readonly timeouts: Omit<ExchangeTimeouts, 'headMs'>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** One request and what has been found out about it so far. */
interface Inbound {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly origin: Origin
  /** UUIDv7: in the answer (X-Request-Id), in our problems and events, and told to the upstream. */
  readonly requestId: string
  /** Of an upgrade: the bytes behind the request. */
  readonly rest: Buffer | null
  head: RequestHead | null
  route: Route | null
  caller: ActiveCredential | null
}

/** Known well enough to be decided. */
interface Decidable extends Inbound {
  readonly head: RequestHead
  readonly route: Route
  readonly ground: Ground
  readonly cookies: Cookies
}

/** Milliseconds after which it is asked anew whether what runs on a credential may go on. */
const recheckMs = 2000
const ended: Refusal = refusal('unauthenticated', 'The session or key is not valid any more.')

/** Takes every request through the same checks, in one order, to one answer. */
export class Handler {
  private readonly options: HandlerOptions

  constructor(options: HandlerOptions) {
    this.options = options
  }

  handle(request: IncomingMessage, response: ServerResponse, rest: Buffer | null): void {
    const origin = this.options.originOf(request)
    const requestId = v7()
    const inbound: Inbound = { request, response, origin, requestId, rest, head: null, route: null, caller: null }
    try {
      const refused = this.receive(inbound)
      if (refused instanceof Promise) refused.then(this.answer(inbound), this.fault(inbound))
      else this.answer(inbound)(refused)
    } catch (error) {
      this.fault(inbound)(error)
    }
  }

  /** Refuses in place of the upstream, with an event. */
  refuse(inbound: Inbound, refused: Refusal, cause?: string): void {
    const { request, response, head, requestId } = inbound
    const eventId = this.options.reporter.refused(refused.code, askerOf(inbound), requestId, cause)
    if (response.destroyed || response.headersSent) return
    const html = head !== null && isSafe(head.method) && !head.upgrade && prefersHtml(head.accept)
    answerRefusal(request, response, { refusal: refused, url: this.options.standing.url, requestId, eventId }, html)
  }

  private answer(inbound: Inbound): (refused: Refusal | null) => void {
    return (refused) => {
      if (refused !== null) this.refuse(inbound, refused)
    }
  }

  private fault(inbound: Inbound): (error: unknown) => void {
    return (error) => {
      const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      if (inbound.response.headersSent) inbound.request.socket.destroy()
      this.refuse(inbound, refusal('gateway_fault', 'The fault is recorded under this event.'), cause)
    }
  }

  /** What can be said of a request by itself. @returns a refusal, or null when it is answered or on its way */
  private receive(inbound: Inbound): Refusal | null | Promise<Refusal | null> {
    const { request, origin, rest } = inbound
    const { standing, rate } = this.options
    const wait = rate?.take(networkOf(origin.address), performance.now()) ?? 0
    if (wait > 0) {
      const seconds = String(Math.ceil(wait / 1000))
      return refusal('rate_limited', 'This address sends too many requests.', ['Retry-After', seconds])
    }
    const head = readHead(request, origin.scheme)
    if (isRefusal(head)) return head
    inbound.head = head
    const ground = standing.current()
    if (ground === null) return unavailable('The gateway has no valid policy from its control plane.')
    const route = ground.routes.get(head.host)
    if (route === undefined) return refusal('host_unknown', 'No application has this host.')
    inbound.route = route
    if (head.method === 'TRACE') return refusal('method_refused', 'TRACE is not forwarded.')
    if (rest !== null && (!head.upgrade || head.method !== 'GET' || head.framing.kind !== 'none')) {
      return refusal('request_malformed', 'This is not a WebSocket handshake.')
    }
    const cookies = readCookies(head.cookies)
    if (isRefusal(cookies)) return cookies
    const decidable: Decidable = Object.assign(inbound, { head, route, ground, cookies })
    const reserved = (path: string): boolean => path.startsWith(RESERVED_PREFIX)
    if (reserved(head.target.path)) return this.endpoint(decidable)
    if (head.target.readings.some(reserved))
      return refusal('request_ambiguous', 'The path is one of the gateway in disguise.')
    const { bodyBytes } = route.limits
    if (head.framing.kind === 'length' && head.framing.bytes > bodyBytes) {
      return refusal('body_too_large', `At most ${bodyBytes} bytes are accepted.`)
    }
    return this.decide(decidable)
  }

  private endpoint(inbound: Decidable): Promise<Refusal | null> | Refusal {
    const { head, cookies, route, ground, response, rest, requestId } = inbound
    if (rest !== null) return refusal('path_unknown', 'The gateway has no such page.')
    const { application } = route
    const { controlPlane } = ground
    return this.options.endpoints.handle({ head, cookies, application, controlPlane, response, requestId })
  }

  private decide(inbound: Decidable): Refusal | null | Promise<Refusal | null> {
    const found = findCredential(inbound.head.authorization, inbound.cookies)
    if (isRefusal(found)) return found
    const { presented, authorization } = found
    if (presented === null) return this.decideCaller(inbound, null, authorization)
    return this.identify(inbound, presented, authorization)
  }

  private async identify(
    inbound: Decidable,
    presented: Presented,
    authorization: string | null,
  ): Promise<Refusal | null> {
    const { edge, hasEnded } = this.options
    try {
      const answer = await edge.introspect(presented.credential, inbound.route.application)
      if (answer.active && !hasEnded(answer.session)) {
        inbound.caller = answer
        return this.decideCaller(inbound, presented, authorization)
      }
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      return unavailable('The session cannot be checked at the moment.')
    }
    if (presented.by === 'bearer') return ended
    const stale = { ...ended, headers: ['Set-Cookie', clearSession()] }
    // A dead cookie on a public path is no cookie; on another its use is recorded, even when a browser is sent to sign in.
    if (inbound.route.isPublic(inbound.head.target)) return this.decideCaller(inbound, null, authorization)
    if (!wantsPage(inbound.head)) return stale
    this.options.reporter.refused('unauthenticated', askerOf(inbound), inbound.requestId, 'stale session cookie')
    signInRedirect(inbound.response, inbound.head, inbound.requestId)
    return null
  }

  /** Who asks is known. @param presented what identified the caller, null for nobody */
  private decideCaller(inbound: Decidable, presented: Presented | null, authorization: string | null): Refusal | null {
    const { head, route, response } = inbound
    if (presented === null && !route.isPublic(head.target)) {
      if (!wantsPage(head)) return refusal('unauthenticated', 'This path needs a session.')
      signInRedirect(response, head, inbound.requestId)
      return null
    }
    if (presented?.by === 'cookie' && (head.upgrade || !isSafe(head.method)) && isCrossSite(head)) {
      return refusal('cross_site_request', 'A page of another site sent this request; nothing was changed.')
    }
    // The client may have gone while its session was looked up.
    if (!response.destroyed && !response.closed) this.forward(inbound, presented, authorization)
    return null
  }

  private forward(inbound: Decidable, presented: Presented | null, authorization: string | null): void {
    const { request, response, head, route, ground, caller, origin, cookies, requestId } = inbound
    const { mint, pools, active, timeouts, reporter } = this.options
    const identity = mint.token(ground.speaker, route.application, caller)
    const { address } = origin
    const expiresAt = caller === null ? null : this.endOf(caller)
    new Exchange({
      request,
      response,
      head,
      requestId,
      text: writeRequestHead(head, { address, identity, requestId, cookie: cookies.rest, authorization }),
      pool: pools.for(route.origin, route.upstream),
      active,
      bodyBytes: route.limits.bodyBytes,
      timeouts: { ...timeouts, headMs: route.limits.requestTimeoutMs },
      session: caller?.session ?? null,
      expiresAt,
      renew: () => this.renew(inbound, presented),
      refuse: (refused, cause) => this.refuse(inbound, refused, cause),
      broken: (code, cause) => reporter.broken(code, askerOf(inbound), requestId, cause),
      upgraded: (upstream, upstreamHead, upstreamRest) => {
        const client = request.socket
        response.detachSocket(client)
        new Tunnel({
          client,
          clientRest: inbound.rest ?? Buffer.alloc(0),
          upstream,
          upstreamRest,
          head: upstreamHead,
          requestId,
          secure: head.scheme === 'https',
          active,
          session: caller?.session ?? null,
          expiresAt,
          checkMs: recheckMs,
          stillAllowed: () => this.stillAllowed(inbound, presented),
          renew: () => this.renew(inbound, presented),
        }).start()
      },
    }).start()
  }

  private async stillAllowed({ head, route, caller }: Decidable, presented: Presented | null): Promise<boolean> {
    const { standing, edge, hasEnded } = this.options
    const now = standing.current()?.routes.get(head.host)
    if (now === undefined || now.application !== route.application) return false
    if (presented === null || caller === null) return now.isPublic(head.target)
    // The feed names sessions. Asking would count as a use, and an open socket would keep its session awake for ever.
    if (caller.session !== null) return !edge.isRevoked(caller.session) && !hasEnded(caller.session)
    return (await edge.introspect(presented.credential, route.application)).active
  }

  private async renew({ route, caller }: Decidable, presented: Presented | null): Promise<number | null> {
    if (presented === null) return null
    const { edge, standing, now } = this.options
    try {
      const answer = await edge.introspect(presented.credential, route.application)
      return answer.active ? this.endOf(answer) : null
    } catch (error) {
      // What runs is not cut off for a moment of silence: that is what the lease is for.
      if (caller?.session === null && now() < caller.expiresAt * 1000 && standing.current() !== null)
        return now() + recheckMs
      throw error
    }
  }

  /** When to ask again. The feed names sessions, not keys: nobody tells that a key has gone, so a stream on one asks often. */
  private endOf({ session, expiresAt }: ActiveCredential): number {
    return session === null ? Math.min(expiresAt * 1000, this.options.now() + recheckMs) : expiresAt * 1000
  }
}

/** A person's browser asks for a page: it can be sent to sign in and come back. */
const wantsPage = (head: RequestHead): boolean => head.method === 'GET' && !head.upgrade && prefersHtml(head.accept)

function askerOf({ request, origin, head, route, caller }: Inbound): Asker {
  const { method = null, url = '' } = request
  return {
    ...describeTarget(head?.target.raw ?? url),
    address: origin.address,
    method,
    host: head?.host ?? request.headers.host?.slice(0, 300) ?? null,
    userAgent: request.headers['user-agent'] ?? null,
    application: route?.application ?? null,
    actor: caller?.principal ?? null,
  }
}
