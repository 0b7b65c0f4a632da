import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomInt } from 'node:crypto'
import { HOLDFAST_NONCE_HEADER, isSecret } from '@holdfast/bundle'
import { CSP_REPORT_PATH, defaultProtection, isSafeMethod, type Place } from '@holdfast/http-guard'
import { v7 } from 'uuid'
import {
  Admission,
  answerRefusal,
  type Asker,
  type Cookies,
  describeTarget,
  isAmbient,
  isClosing,
  isRefusal,
  type Judged,
  judgeRequest,
  Limiter,
  Load,
  makeNonce,
  type Origin,
  originReader,
  prefersHtml,
  protectAnswer,
  readCookies,
  readHead,
  type Refusal,
  refusal,
  Reporter,
  Reports,
  type RequestHead,
  Room,
  type Tally,
  Watch,
} from '../edge/guard/index.ts'
import type { EdgeRecord } from '../edge/index.ts'
import { internalsOf } from '../holdfast.ts'
import { Gate } from './gate.ts'
import type { ProtectOptions } from './options.ts'
import { Outlet } from './outlet.ts'
import { createGrounds, type Ground } from './settings.ts'
import { type Asking, whoAsks } from './asking.ts'

const collectedBytes = 64 * 1024 * 1024
const stallMs = 30_000

/** One request and what has been found out about it so far. */
interface Visit extends Tally {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The gateway's id of the request, else one that is made when somebody is to be told it. */
  readonly idOf: () => string
  /** Null: there is no body, or somebody has begun to read it. */
  readonly gate: Gate | null
  readonly asking: Asking
  /** What the client asked for, as it was sent. */
  readonly url: string
  readonly head: RequestHead
  readonly address: string
  readonly cookies: Cookies
  readonly ground: Ground
  readonly route: Ground['route']
  readonly place: Place
}

/** Takes requests through the same checks as the gateway, in front of a framework on Node's own server. */
export class Protector {
  private readonly options: ProtectOptions
  private readonly grounds: ReturnType<typeof createGrounds>
  private readonly originOf: (request: IncomingMessage) => Origin
  private readonly reporter: Reporter
  private readonly limiter: Limiter
  private readonly load = new Load()
  private readonly room: Room
  private readonly reports: Reports | null
  private readonly admission: Admission<Visit>
  private readonly application: string
  private readonly inside: ReturnType<typeof internalsOf>['edge'] | null

  /** @throws ZodError for settings that are none, Error for a proxy that is no address */
  constructor(options: ProtectOptions) {
    this.options = options
    const { holdfast, onEvent, trustedProxies = [] } = options
    this.inside = holdfast === undefined ? null : internalsOf(holdfast).edge
    const { inside } = this
    this.application = holdfast?.application ?? 'application'
    this.grounds = createGrounds(this.application, options, inside !== null)
    this.originOf = originReader(trustedProxies, false)
    this.reporter = new Reporter((event: EdgeRecord) => {
      onEvent?.(event)
      return inside?.recordRefusal(event) ?? v7()
    })
    this.limiter = new Limiter({
      seed: randomInt(2 ** 32),
      lease: (asked) => (inside === null ? Promise.reject(new Error('no control plane')) : inside.lease(asked)),
      now: () => performance.now(),
    })
    this.room = new Room(options.collectedBytes ?? collectedBytes)
    this.reports = inside === null ? null : new Reports({ ship: (request) => inside.shipCspReports(request) })
    this.admission = new Admission({
      limiter: this.limiter,
      load: this.load,
      onPassed: (visit, { code, cause }) =>
        this.reporter.passed(code, askerOf(this.application, visit), visit.idOf(), cause),
    })
    inside?.onClose(() => this.close())
  }

  /** Stops its timers, and hands over what browsers have reported. Done with the Holdfast, where there is one. */
  async close(): Promise<void> {
    this.load.close()
    await this.reports?.close()
  }

  /**
   * @param url as the client sent it, where the framework has made another of it
   * @returns whether the application may see the request; false: it has been answered
   * @throws what is wrong with the set-up, never for what a client sent
   */
  async receive(request: IncomingMessage, response: ServerResponse, url = request.url ?? ''): Promise<boolean> {
    // RFC 9112 section 9.6: behind an answer that says `close` nothing is processed, least of all what an ambiguous head hid.
    if (isClosing(request.socket)) return false
    const document = this.inside === null ? defaultProtection : this.inside.protection()
    const ground = document === null ? null : this.grounds.of(document)
    // At once: later the parser may have brought the body already.
    const gate = ground?.inspection != null && hasBody(request) ? Gate.before(request) : null
    try {
      const passed = await this.look(request, response, url, ground, gate)
      if (passed) gate?.release()
      else gate?.drop()
      return passed
    } catch (fault) {
      gate?.release()
      throw fault
    }
  }

  private async look(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    ground: Ground | null,
    gate: Gate | null,
  ): Promise<boolean> {
    const asking = await whoAsks(this.options, request, ground?.countsAccounts === true)
    const origin = asking.behind ?? this.origin(request)
    let id = asking.requestId
    const idOf = (): string => (id ??= v7())
    const early = { request, response, gate, idOf, asking, url, address: origin.address }
    const { rawHeaders, method, httpVersion } = request
    const head = readHead({ rawHeaders, method, url, httpVersion }, origin.scheme)
    if (isRefusal(head)) return this.refuse(early, head)
    if (ground === null) return this.refuse({ ...early, head }, unavailable('There is no policy yet.'))
    const cookies = readCookies(head.cookies)
    if (isRefusal(cookies)) return this.refuse({ ...early, head }, cookies)
    const route = asking.behind === null ? ground.route : ground.routeBehind
    const visit: Visit = { ...early, head, cookies, ground, route, place: ground.places.of(head), rules: [] }
    const refused = await this.decide(visit)
    if (refused === 'answered' || response.destroyed || response.closed) return false
    return refused === null || this.refuse(visit, refused)
  }

  private origin(request: IncomingMessage): Origin {
    const origin = this.originOf(request)
    return 'encrypted' in request.socket && request.socket.encrypted === true ? { ...origin, scheme: 'https' } : origin
  }

  private async decide(visit: Visit): Promise<Refusal | null | 'answered'> {
    const { request, response, head, ground, asking, place } = visit
    const entered = await this.admission.enter(visit, visit)
    if (entered !== null) return entered
    if (head.target.path === CSP_REPORT_PATH && this.reports !== null) {
      visit.gate?.release()
      return (
        (await this.reports.take({ request, response, head, requestId: visit.idOf() }, this.application)) ?? 'answered'
      )
    }
    const judged = judgedOf(visit)
    const forged = judgeRequest(ground.guard, judged, place.csrf)
    if (forged !== null && place.csrf === 'block') return forged
    if (forged !== null) this.reporter.passed(forged.code, askerOf(this.application, visit), visit.idOf(), forged.cause)
    const counted = await this.admission.identified(visit, visit, asking.caller)
    if (counted !== null) return counted
    const watch = this.watchOf(visit)
    if (watch !== null && 'code' in watch) return watch
    const refused = watch === null ? null : await this.inspect(visit, watch)
    if (refused !== null || response.destroyed) return refused
    this.pass(visit, judged, watch)
    return null
  }

  private watchOf({ head, ground, asking, request, place }: Visit): Watch | Refusal | null {
    if (ground.inspection === undefined) return unavailable("The application's document cannot be used.")
    if (ground.inspection === null || (asking.behind !== null && this.options.trustGateway === true)) return null
    const { method, target } = head
    return new Watch(
      ground.inspection,
      null,
      { method, target: target.raw, headers: request.rawHeaders },
      place.inspection,
    )
  }

  private async inspect(visit: Visit, watch: Watch): Promise<Refusal | null> {
    const { gate, head } = visit
    const refused = watch.head()
    if (refused !== null) return refused
    if (head.framing.kind === 'none' || watch.wantsBody === 0) return watch.body(empty)
    if (gate === null) throw new Error('protect() comes before whatever reads bodies: put it first.')
    const taken = await gate.take({
      room: this.room,
      watch,
      stallMs: this.options.stallMs ?? stallMs,
    })
    return taken === null || 'code' in taken ? taken : watch.body(taken)
  }

  private pass(visit: Visit, judged: Judged, watch: Watch | null): void {
    const { request, response, head, ground, asking, route } = visit
    const { guard } = ground
    if (watch !== null) {
      const tell = (): void => {
        const reported = watch.end()
        if (reported !== null) this.reporter.found(reported, askerOf(this.application, visit), visit.idOf())
      }
      if (watch.wantsAnswer) response.once('close', tell)
      else tell()
    }
    // Behind the gateway the nonce is the gateway's, and so are the fields of the answer.
    const given = asking.behind === null ? null : (request.headers[HOLDFAST_NONCE_HEADER] ?? null)
    const nonce = asking.behind === null ? (guard.wantsNonce ? makeNonce() : '') : String(given ?? '')
    if (HOLDFAST_NONCE_HEADER in request.headers) Reflect.deleteProperty(request.headers, HOLDFAST_NONCE_HEADER)
    if (nonce !== '') request.headers[HOLDFAST_NONCE_HEADER] = nonce
    nonces.set(request, nonce)
    const looks = watch?.wantsAnswer === true
    if (watch?.readsAnswers === true) askReadably(request)
    if (asking.behind !== null && !looks && visit.rules.length === 0) return
    const counted = () => this.admission.fields({ ...visit, route }, visit, asking.caller)
    const protect = protectAnswer(guard, judged, nonce, counted)
    const late =
      asking.behind === null
        ? protect
        : { hides: () => false, complete: (fields: string[]) => void fields.push(...counted()) }
    Outlet.put(
      {
        response,
        bodiless: head.method === 'HEAD',
        hides: (lower) => late.hides(lower),
        complete: (fields, status) => late.complete(fields, status),
        watch: (status, fields) => (watch?.wantsAnswer === true ? watch.answer(status, fields) : null),
        refuse: (refused) => void this.refuse(visit, refused),
        broken: ({ code, cause }) =>
          void this.reporter.broken(
            code,
            askerOf(this.application, visit),
            visit.idOf(),
            cause ?? 'the body of the answer',
          ),
      },
      looks,
    )
  }

  /** @returns false, always: it is answered */
  private refuse(visit: Early, refused: Refusal): false {
    const { request, response, head, gate } = visit
    const requestId = visit.idOf()
    // The rest of the body is read while the answer is said.
    gate?.drop()
    const asker = askerOf(this.application, visit)
    const eventId =
      refused.found === undefined
        ? this.reporter.refused(refused.code, asker, requestId, refused.cause)
        : this.reporter.blocked(refused, asker, requestId)
    if (response.destroyed || response.headersSent) return false
    const html = head !== undefined && isSafeMethod(head.method) && !head.upgrade && prefersHtml(head.accept)
    answerRefusal(request, response, { refusal: refused, url: this.inside?.url ?? '', requestId, eventId }, html)
    return false
  }
}

/** As Express and what is like it call middleware. @param url as the client sent it */
export async function passThrough(
  protector: Protector,
  request: IncomingMessage,
  response: ServerResponse,
  url: string | undefined,
  next: (fault?: unknown) => void,
): Promise<void> {
  let passed: boolean
  try {
    passed = await protector.receive(request, response, url)
  } catch (fault) {
    next(fault)
    return
  }
  if (passed) next()
}

/** Fields by which a client asks for its answer zipped, or in parts (RFC 9110 sections 12.5.3, 13.1.5, 14.2). */
const forms: ReadonlySet<string> = new Set(['accept-encoding', 'if-range', 'range'])

/** Who reads answers must be able to: neither form of the head (Hono reads the raw one) says what the client wished. */
function askReadably({ headers, rawHeaders }: IncomingMessage): void {
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    const lower = rawHeaders[at]?.toLowerCase() ?? ''
    if (!forms.has(lower)) continue
    rawHeaders.splice(at, 2)
    Reflect.deleteProperty(headers, lower)
  }
}

type Early = Omit<Visit, 'head' | 'cookies' | 'ground' | 'route' | 'place' | 'rules'> & { readonly head?: RequestHead }

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
const empty = Buffer.alloc(0)
const unavailable = (detail: string): Refusal => refusal('policy_unavailable', detail, ['Retry-After', '5'])
const nonces = new WeakMap<IncomingMessage, string>()

/** The nonce of this request's answer, for its scripts and styles; empty where there is none. */
export const nonceOf = (request: IncomingMessage): string => nonces.get(request) ?? ''

function judgedOf({ head, cookies, asking }: Visit): Judged {
  const presented = asking.behind === null ? shownBy(head, cookies) : null
  return { head, cookies, presented, ambient: isAmbient(presented, cookies.rest, head.authorization), now: Date.now() }
}

function shownBy({ authorization }: RequestHead, { session }: Cookies): Judged['presented'] {
  const bearer = authorization === null ? undefined : /^bearer +(\S+)\s*$/i.exec(authorization)?.[1]
  if (bearer !== undefined && (isSecret('session', bearer) || isSecret('serviceKey', bearer)))
    return { by: 'bearer', credential: bearer }
  return session !== null && isSecret('session', session) ? { by: 'cookie', credential: session } : null
}

function askerOf(application: string, { request, url, head, address, asking }: Early): Asker {
  return {
    ...describeTarget(head?.target.raw ?? url),
    address,
    method: request.method ?? null,
    host: head?.host ?? request.headers.host?.slice(0, 300) ?? null,
    userAgent: request.headers['user-agent'] ?? null,
    application,
    actor: asking.caller?.principal ?? null,
  }
}
