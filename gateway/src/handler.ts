import type { IncomingMessage, ServerResponse } from 'node:http'
import { FRESHEST, levelOf, RESERVED_PREFIX, RESOURCE_METADATA_PATH } from '@holdfast/bundle'
import { CSP_REPORT_PATH, isSafeMethod } from '@holdfast/http-guard'
import { EdgeError } from '@holdfast/sdk/edge'
import {
  Admission,
  answerRefusal,
  catalogue,
  isAmbient,
  isRefusal,
  type Judged,
  judgeRequest,
  type Limiter,
  type Load,
  makeNonce,
  type Origin,
  prefersHtml,
  protectAnswer,
  readCookies,
  readHead,
  type Refusal,
  refusal,
  type Reporter,
  type Reports,
  type RequestHead,
  Watch,
  Room,
} from '@holdfast/sdk/edge/guard'
import type { Active } from './forward/active.ts'
import { askedOfUpstream } from './forward/asked.ts'
import { Exchange, type ExchangeTimeouts } from './forward/exchange.ts'
import { writeRequestHead } from './forward/request-head.ts'
import { Tunnel } from './forward/tunnel.ts'
import { type Callers, type Identified, recheckMs } from './identity/caller.ts'
import {
  askedByUpstream,
  plainChallenge,
  readStepUp,
  type StepUp,
  stepUpRefusal,
  tokenRefusal,
} from './identity/challenge.ts'
import { findCredential, type Presented } from './identity/credential.ts'
import { answerMetadata } from './identity/metadata.ts'
import type { Mint } from './identity/mint.ts'
import type { AddressLimit } from './limits/addresses.ts'
import { collect } from './inspection/collect.ts'
import { receivedBy } from './inspection/received.ts'
import { type Rules, RulesTrial } from './rules/trial.ts'
import { type Endpoints, signInRedirect, unavailable } from './signin/endpoints.ts'
import { askerOf, type Decidable, type Inbound, inboundOf, type PassedOn, wantsPage } from './inbound.ts'
import { Enforcer, type Stopped } from './policy/enforce.ts'
import { FORBIDDEN } from './policy/permit.ts'
import { maskAnswer, maskedFields } from './policy/masked-answer.ts'
import { clearSession } from './signin/flow.ts'
import type { Standing } from './standing.ts'
import type { Balancers } from './upstream/balancers.ts'

export interface HandlerOptions {
  readonly callers: Callers
  readonly standing: Standing
  readonly endpoints: Endpoints
  readonly mint: Mint
  readonly reporter: Reporter
  /** Decides by the policies of applications. */
  readonly enforcer: Enforcer
  readonly rate: AddressLimit | null
  readonly limiter: Limiter
  readonly load: Load
  readonly reports: Reports
  /** Called with each request at its end, and the status that the client got; null: none. */
  readonly onEnd: (inbound: Inbound, status: number | null) => void
  /** Most bytes of bodies that are being collected to be inspected, of all requests together. */
  readonly collectedBytes: number
  /** Rules in SecLang under which every request comes; null: none. */
  readonly rules: Rules | null
  readonly balancers: Balancers
  readonly active: Active
  readonly originOf: (request: IncomingMessage) => Origin
  readonly timeouts: ExchangeTimeouts
  /** Applications whose upstream gets to see access tokens. */
  readonly forwardTokens: ReadonlySet<string>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const forbidden: Refusal = { ...refusal('forbidden', FORBIDDEN), cause: 'no longer permitted' }
const ended: Refusal = refusal('unauthenticated', 'The session or key is not valid any more.')

/** Takes every request through the same checks, in one order, to one answer. */
export class Handler {
  private readonly options: HandlerOptions
  private readonly admission: Admission<Decidable>
  private readonly room: Room

  constructor(options: HandlerOptions) {
    this.options = options
    this.room = new Room(options.collectedBytes)
    const { limiter, load, reporter } = options
    this.admission = new Admission({
      limiter,
      load,
      onPassed: (inbound, { code, cause }) =>
        inbound.visit.reported(code, reporter.passed(code, askerOf(inbound), inbound.requestId, cause)),
    })
  }

  handle(request: IncomingMessage, response: ServerResponse, rest: Buffer | null): void {
    const inbound = inboundOf(request, response, this.options.originOf(request), rest)
    const { onEnd } = this.options
    response.on('close', () => onEnd(inbound, response.headersSent ? response.statusCode : null))
    try {
      const refused = this.receive(inbound)
      if (refused instanceof Promise) refused.then(this.answer(inbound), this.fault(inbound))
      else if (refused !== null) this.refuse(inbound, refused)
    } catch (error) {
      this.fault(inbound)(error)
    }
  }

  /** Refuses in place of the upstream, with an event. */
  refuse(inbound: Inbound, answer: Refusal, cause?: string): void {
    const { request, response, head, route, requestId } = inbound
    const plain = answer.code === 'unauthenticated' && answer.headers?.includes('WWW-Authenticate') !== true
    // Behind an application's host there is a place that tells who gives tokens for it.
    const headers = plain && head !== null && route !== null ? plainChallenge(head) : []
    const refused = { ...answer, headers: [...(answer.headers ?? []), ...headers] }
    const { reporter } = this.options
    const asker = askerOf(inbound)
    const told = this.tell(inbound, catalogue[refused.code].status)
    const eventId =
      refused.eventId ??
      (refused.found === undefined
        ? reporter.refused(refused.code, asker, requestId, cause ?? refused.cause, told)
        : reporter.blocked({ ...refused, found: { ...refused.found, ...told } }, asker, requestId))
    inbound.visit.refused(refused.code, eventId)
    if (response.destroyed || response.headersSent) return
    const html = head !== null && isSafeMethod(head.method) && !head.upgrade && prefersHtml(head.accept)
    answerRefusal(request, response, { refusal: refused, url: this.options.standing.url, requestId, eventId }, html)
  }

  /** What the rules say of a request that is refused. Floods and faults are not worth the work. */
  private tell(inbound: Inbound, status: number): Readonly<Record<string, unknown>> | null {
    const { rules } = this.options
    if (rules === null || (inbound.trial === null && (status === 429 || status >= 500))) return null
    inbound.trial ??= new RulesTrial(rules, inbound)
    return inbound.trial.refused(status, inbound.begun?.bytes ?? null)
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
  private receive(inbound: Inbound): Found {
    const { request, origin, rest } = inbound
    const { standing, rate } = this.options
    const wait = rate?.take(origin.address, performance.now()) ?? 0
    if (wait > 0) {
      const seconds = String(Math.ceil(wait / 1000))
      return refusal('rate_limited', 'This address sends too many requests.', ['Retry-After', seconds])
    }
    if (request.method === 'CONNECT') return noForwardProxy(request.url)
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
    inbound.ground = ground
    inbound.cookies = cookies
    inbound.place = route.places.of(head)
    const decidable = inbound as Decidable
    return orElse(this.admission.enter(decidable, inbound), () => this.proceed(decidable))
  }

  private proceed(inbound: Decidable): Found {
    const { head, route } = inbound
    const reserved = (path: string): boolean => path.startsWith(RESERVED_PREFIX) || path === RESOURCE_METADATA_PATH
    if (reserved(head.target.path)) return this.endpoint(inbound)
    if (head.target.readings.some(reserved))
      return refusal('request_ambiguous', 'The path is one of the gateway in disguise.')
    const { bodyBytes } = route.limits
    if (head.framing.kind === 'length' && head.framing.bytes > bodyBytes) {
      return refusal('body_too_large', `At most ${bodyBytes} bytes are accepted.`)
    }
    return this.decide(inbound)
  }

  private endpoint(inbound: Decidable): Found {
    const { head, cookies, route, ground, response, rest, requestId } = inbound
    if (rest !== null) return refusal('path_unknown', 'The gateway has no such page.')
    const { application } = route
    if (head.target.path === CSP_REPORT_PATH) return this.options.reports.take(inbound, application)
    const { controlPlane, tokens } = ground
    if (head.target.path === RESOURCE_METADATA_PATH) return answerMetadata(response, head, tokens.issuer, requestId)
    return this.options.endpoints.handle({ head, cookies, application, controlPlane, response, requestId })
  }

  private decide(inbound: Decidable): Found {
    const { head, cookies, route, ground } = inbound
    const { issuer } = ground.tokens
    const forwardTokens = this.options.forwardTokens.has(route.application)
    const found = findCredential(head, cookies, { issuer, forwardTokens })
    if (isRefusal(found)) return found
    const { presented, authorization, dpop } = found
    const passed = { authorization, dpop }
    if (presented === null) return this.decideCaller(inbound, null, passed)
    return this.identify(inbound, presented, passed)
  }

  private identify(inbound: Decidable, presented: Presented, passed: PassedOn): Found {
    const identified = this.options.callers.identify(presented, inbound)
    if (!(identified instanceof Promise)) return this.identified(inbound, presented, passed, identified)
    return identified.then(
      (late) => this.identified(inbound, presented, passed, late),
      (error: unknown) => {
        if (!(error instanceof EdgeError)) throw error
        return unavailable('The session cannot be checked at the moment.')
      },
    )
  }

  private identified(inbound: Decidable, presented: Presented, passed: PassedOn, identified: Identified): Found {
    const { head } = inbound
    const scheme = presented.by === 'token' ? presented.scheme : 'Bearer'
    if (identified.kind === 'caller') {
      inbound.caller = identified.caller
      return this.decideCaller(inbound, presented, passed)
    }
    if (identified.kind === 'refused') return tokenRefusal(head, scheme, identified.why)
    if (identified.kind === 'insufficient') {
      return this.askForMore(inbound, presented, passed, readStepUp(identified.acr, null))
    }
    if (presented.by !== 'cookie') return ended
    const stale = { ...ended, headers: ['Set-Cookie', clearSession()] }
    // A dead cookie on a public path is no cookie; on another its use is recorded, even when a browser is sent to sign in.
    if (inbound.place.public) return this.decideCaller(inbound, null, passed)
    if (!wantsPage(head)) return stale
    this.options.reporter.refused('unauthenticated', askerOf(inbound), inbound.requestId, 'stale session cookie')
    return this.askToSignIn(inbound)
  }

  /** A browser is sent to sign in, in place of a refusal. */
  private askToSignIn(inbound: Decidable, stepUp?: StepUp): null {
    const { response, head, requestId } = inbound
    const found = this.tell(inbound, 302)
    const matched = refusal('rule_matched', 'A rule matched.')
    if (found !== null) this.options.reporter.found({ ...matched, found }, askerOf(inbound), requestId)
    signInRedirect(response, head, requestId, stepUp)
    return null
  }

  /** The session holds, and something wants it to show more before it is let in anywhere. */
  private askForMore(inbound: Decidable, presented: Presented, passed: PassedOn, stepUp: StepUp): Found {
    const { head, place, requestId } = inbound
    if (presented.by === 'cookie' && place.public) return this.decideCaller(inbound, null, passed)
    const scheme = presented.by === 'token' ? presented.scheme : 'Bearer'
    const refused = stepUpRefusal(head, scheme, stepUp)
    if (presented.by !== 'cookie' || !wantsPage(head)) return refused
    this.options.reporter.refused(refused.code, askerOf(inbound), requestId)
    return this.askToSignIn(inbound, stepUp)
  }

  /**
   * The application answers a page's request by asking for a stronger sign-in (RFC 9470): the person is sent there. Not when the session
   * has shown it already: then the application wants something else, and the browser would go round in circles.
   */
  private stepUp(inbound: Decidable, presented: Presented | null, fields: readonly string[]): boolean {
    const { head, caller, response, requestId } = inbound
    if (presented?.by !== 'cookie' || caller === null || !wantsPage(head)) return false
    const asked = askedByUpstream(fields)
    if (asked === null || (asked.acr === null && asked.maxAge === null)) return false
    const age = this.options.now() / 1000 - (caller.authTime ?? 0)
    const strong = levelOf(caller.acr) >= levelOf(asked.acr)
    if (strong && (asked.maxAge === null || age <= Math.max(asked.maxAge, FRESHEST))) return false
    signInRedirect(response, head, requestId, asked)
    return true
  }

  /** Who asks is known. @param presented what identified the caller, null for nobody */
  private decideCaller(inbound: Decidable, presented: Presented | null, passed: PassedOn): Found {
    const { head, route, place, response } = inbound
    if (presented === null && !place.public) {
      if (!wantsPage(head)) return refusal('unauthenticated', 'This path needs a session.')
      return this.askToSignIn(inbound)
    }
    const ambient = isAmbient(presented, inbound.cookies.rest, passed.authorization)
    const judged: Judged<Presented> = { head, cookies: inbound.cookies, presented, ambient, now: this.options.now() }
    const forged = judgeRequest(route.guard, judged, place.csrf)
    if (forged !== null && place.csrf === 'block') return forged
    if (forged !== null) {
      const { reporter } = this.options
      inbound.visit.reported(
        forged.code,
        reporter.passed(forged.code, askerOf(inbound), inbound.requestId, forged.cause),
      )
    }
    const go = (): Refusal | null => {
      // While its body was read, what permitted it may have gone.
      if (inbound.begun !== null && !this.options.enforcer.stillPermits(inbound)) return forbidden
      // The client may have gone while its session was looked up, or its body read.
      if (!response.destroyed && !response.closed) this.forward(inbound, judged, passed)
      return null
    }
    return orElse(this.admission.identified(inbound, inbound, inbound.caller), () => {
      // It may have ended while a budget was asked for.
      if (!this.options.callers.stillHolds(inbound.caller)) return ended
      const stopped = this.options.enforcer.enforce(inbound, () => askerOf(inbound))
      if (stopped !== null) return this.turnAway(inbound, presented, stopped)
      return orElse(this.inspect(inbound, presented, passed), go)
    })
  }

  /** The policies say no; where a sign-in would help, a browser is sent there. */
  private turnAway(inbound: Decidable, presented: Presented | null, { refusal: refused, signIn }: Stopped): Found {
    const { head, requestId } = inbound
    if (signIn === null) return refused
    const asks = wantsPage(head) && (presented === null || presented.by === 'cookie')
    if (signIn === 'any') return asks ? this.askToSignIn(inbound) : refused
    const scheme = presented?.by === 'token' ? presented.scheme : 'Bearer'
    const { eventId } = refused
    if (!asks) return { ...stepUpRefusal(head, scheme, signIn), ...(eventId !== undefined && { eventId }) }
    if (eventId === undefined) this.options.reporter.refused(refused.code, askerOf(inbound), requestId)
    return this.askToSignIn(inbound, signIn)
  }

  /** What the request holds. */
  private inspect(inbound: Decidable, presented: Presented | null, passed: PassedOn): Found {
    const { request, response, head, route, place, caller, cookies } = inbound
    const { rules } = this.options
    if ((route.inspection === null && rules === null) || response.destroyed || response.closed) return null
    if (route.inspection === undefined) return unavailable("The application's document cannot be used.")
    const excluded = route.excluded(head.method, head.target.path)
    const trial = rules === null ? null : new RulesTrial(rules, inbound, excluded)
    inbound.trial = trial
    const watch = new Watch(
      route.inspection,
      trial,
      receivedBy(head, cookies.rest, passed.authorization),
      place.inspection,
    )
    inbound.watch = watch
    const refused = watch.head()
    if (refused !== null) return refused
    const wanted = head.framing.kind === 'none' ? 0 : watch.wantsBody
    if (wanted === 0) return watch.body(Buffer.alloc(0)) ?? this.report(inbound, watch)
    const { active, callers } = this.options
    const { bodyBytes, requestTimeoutMs } = route.limits
    const asked = performance.now()
    return collect({
      room: this.room,
      request,
      response,
      active,
      expectsContinue: head.expectsContinue,
      watch,
      mostBytes: bodyBytes,
      stallMs: requestTimeoutMs,
      session: caller?.session ?? null,
      token: caller?.token ?? null,
      expiresAt: caller === null ? null : callers.endOf(caller),
      renew: () => callers.renew(inbound, presented, caller),
    }).then((begun) => {
      inbound.visit.waited(performance.now() - asked)
      if (begun === null || 'code' in begun) return begun
      if (begun.bytes.length > bodyBytes) return refusal('body_too_large', `At most ${bodyBytes} bytes are accepted.`)
      inbound.begun = begun
      return watch.body(begun.bytes) ?? this.report(inbound, watch)
    })
  }

  /** What was found and let through: in one event, which waits for the answer where that is looked at, too. */
  private report(inbound: Decidable, watch: Watch): null {
    const tell = (): void => {
      const reported = watch.end()
      if (reported === null) return
      const { reporter } = this.options
      inbound.visit.reported(reported.code, reporter.found(reported, askerOf(inbound), inbound.requestId))
    }
    if (watch.wantsAnswer && !inbound.head.upgrade) inbound.response.prependOnceListener('close', tell)
    else tell()
    return null
  }

  private forward(inbound: Decidable, judged: Judged<Presented>, passed: PassedOn): void {
    const { request, response, route, ground, caller, origin, cookies, requestId, begun, watch } = inbound
    const masking = this.options.enforcer.masking(inbound, () => askerOf(inbound))
    const asked = askedOfUpstream(inbound.head, { reads: watch?.readsAnswers === true, masks: masking !== null })
    const head = begun?.whole === true ? measured(asked, begun.bytes.length) : asked
    const { presented } = judged
    const nonce = route.guard.wantsNonce ? makeNonce() : ''
    const counted = () => this.admission.fields(inbound, inbound, caller)
    const own = protectAnswer(route.guard, judged, nonce, counted)
    const protect = masking === null ? own : maskedFields(own, head.method)
    const { mint, balancers, active, timeouts, reporter, callers } = this.options
    const upstreams = balancers.of(route.application)
    // A new bundle has taken it away meanwhile.
    if (upstreams === undefined) return this.refuse(inbound, refusal('host_unknown', 'No application has this host.'))
    const identity = mint.token(ground.speaker, route.application, caller)
    const { address } = origin
    const expiresAt = caller === null ? null : callers.endOf(caller)
    const session = caller?.session ?? null
    const token = caller?.token ?? null
    const renew = () => callers.renew(inbound, presented, caller)
    inbound.visit.sent()
    new Exchange({
      request,
      response,
      head,
      begun,
      requestId,
      protect,
      text: writeRequestHead(head, { address, identity, requestId, cookie: cookies.rest, nonce, ...passed }),
      upstreams,
      room: this.room,
      active,
      bodyBytes: route.limits.bodyBytes,
      timeouts,
      headMs: route.limits.requestTimeoutMs,
      session,
      token,
      expiresAt,
      renew,
      answer: (answered) => {
        inbound.visit.answered()
        const seen = watch?.wantsAnswer === true ? watch.answer(answered.status, answered.fields) : null
        return masking === null ? seen : maskAnswer(seen, answered, masking)
      },
      instead: ({ status, fields }) => status === 401 && this.stepUp(inbound, presented, fields),
      refuse: (refused, cause) => this.refuse(inbound, refused, cause),
      broken: (code, cause) => reporter.broken(code, askerOf(inbound), requestId, cause),
      upgraded: (upstream, upstreamHead, upstreamRest) => {
        const client = request.socket
        response.detachSocket(client)
        inbound.visit.answered()
        this.options.onEnd(inbound, 101)
        inbound.trial?.finish()
        new Tunnel({
          client,
          clientRest: inbound.rest ?? Buffer.alloc(0),
          upstream,
          upstreamRest,
          head: upstreamHead,
          requestId,
          protect,
          active,
          session,
          token,
          expiresAt,
          checkMs: recheckMs,
          stillAllowed: () => callers.stillAllowed(inbound, presented, caller),
          stillPermitted: () => this.options.enforcer.stillPermits(inbound),
          renew,
        }).start()
      },
    }).start()
  }
}

type Found = Refusal | null | Promise<Refusal | null>

/** Goes on where nothing was refused, at once where that is known at once. */
const orElse = (first: Found, after: () => Found): Found =>
  first instanceof Promise ? first.then((refused) => refused ?? after()) : (first ?? after())

/** Of CONNECT the target is a host and its port (RFC 9112 section 3.2.3). */
const noForwardProxy = (url: string | undefined): Refusal =>
  url !== undefined && /^[^\s/?#@]+:\d{1,5}$/.test(url)
    ? refusal('method_refused', 'The gateway is no forward proxy.')
    : refusal('request_malformed', 'The target of CONNECT is a host and its port.')

/** A body that was read whole is as long as it is, however it came. */
const measured = (head: RequestHead, bytes: number): RequestHead => ({ ...head, framing: { kind: 'length', bytes } })
