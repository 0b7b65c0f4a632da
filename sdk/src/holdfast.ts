import { type Credentials, isAcr } from '@holdfast/bundle'
import { EventKind, OutcomeSchema, type Outcome } from '@holdfast/events'
import { defaultProtection, type Protection } from '@holdfast/http-guard'
import { createAuthenticator, type AuthenticateOptions, type Authenticator } from './authenticate.ts'
import { type Decision, refusal, refusalOf } from './decisions/decide.ts'
import { createJudge, denialOf } from './decisions/judge.ts'
import {
  createApplicationEdge,
  CredentialsError,
  type Edge,
  loadCredentials,
  systemClock,
  type Surroundings,
} from './edge/index.ts'
import { surroundings } from './edge/surroundings.ts'
import type { HoldfastError, HoldfastErrorCode } from './errors.ts'
import type { Refused } from './guards/outbound/rules.ts'
import type { SqlFinding } from './guards/sql/check.ts'
import { type Prepared, prepareKnowledge } from './decisions/knowledge.ts'
import type { Principal, PrincipalReference, Way } from './principal.ts'
import { type Demands, type Unmet, unmetOf } from './demands.ts'
import type { Context } from './question.ts'
import { createRefusals } from './refusals.ts'
import { createRequestMemory, type RequestInfo, type RequestLike } from './request.ts'
import type { ResourceInput } from './resource.ts'
import { createRows, type Rows } from './filters/rows.ts'
import { createTokenReader, type TokenOptions } from './token.ts'
import { VERSION } from './version.ts'

export interface HoldfastOptions extends Partial<Surroundings> {
  /** The credentials, or the path of their file. Default: HOLDFAST_CREDENTIALS, else `.holdfast/credentials.json`. */
  readonly credentials?: string | Credentials
  /** How requests may authenticate, in order of preference. Default: `['identity']`, only through the gateway. */
  readonly accept?: readonly Way[]
  /** Whether the answer to a refused decision tells the condition that failed. The event always does. Default: true. */
  readonly explain?: boolean
  /** How access tokens are taken, where `accept` names `bearer`. */
  readonly tokens?: TokenOptions
}

/** An event of the application's own. */
export interface ApplicationEvent {
  /** Lower-case words joined by dots: `order.placed`. */
  readonly kind: string
  readonly outcome: Outcome
  readonly resource?: PrincipalReference | null
  /** Who did it; the event then also tells where the request came from. */
  readonly principal?: PrincipalReference | null
  /** Free JSON, at most 16 KiB; secrets in it are redacted. `about(person, text)` marks what is to go when that person is erased. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** Holdfast inside one application: decides in this process, from a signed bundle that is kept fresh in the background. */
export interface Holdfast extends Rows {
  /** The application, as the credentials name it. */
  readonly application: string
  /**
   * Who sent this request.
   * @throws HoldfastError `unauthenticated`, `cross_site`, `policy_unavailable`, `introspection_unavailable`
   */
  authenticate(request: RequestLike, options?: { readonly optional?: false }): Promise<Principal>
  authenticate(request: RequestLike, options: AuthenticateOptions): Promise<Principal | null>
  /** Whether it may. Never throws for a no, records nothing: for what a page offers. To guard an act use `require`. */
  can(
    principal: PrincipalReference | null,
    action: string,
    resource: ResourceInput,
    context?: Context,
    demands?: Demands,
  ): Decision
  /**
   * Returns when it may; synchronous, so that a forgotten await lets nothing through.
   * @throws ForbiddenError with the reason and the id of the event; HoldfastError `unauthenticated`, `policy_unavailable`,
   *   `epoch_not_reached`, `insufficient_scope`, `insufficient_user_authentication` with what somebody must do about it
   */
  require(
    principal: PrincipalReference | null,
    action: string,
    resource: ResourceInput,
    context?: Context,
    demands?: Demands,
  ): void
  /**
   * Returns when somebody is there who has what is demanded: `holdfast.demand(principal, { acr: 'aal2', maxAge: 300 })`. Synchronous.
   * @throws HoldfastError `unauthenticated`, `insufficient_scope`, `insufficient_user_authentication`, `policy_unavailable`,
   *   `epoch_not_reached`
   */
  demand(principal: PrincipalReference | null, demands: Demands): void
  /** Every change of the tenant up to this epoch is known here, ended sessions too; 0 while nothing may be allowed. */
  readonly epoch: number
  /**
   * Waits until a change is known here: what is decided from then on is decided with it.
   * @param epoch of the header `Holdfast-Epoch` with which the control plane answered the change
   * @param options.within milliseconds; 3,000 when not said
   * @throws HoldfastError `epoch_not_reached` when it is not by then
   */
  reached(epoch: number, options?: { readonly within?: number }): Promise<void>
  /** Ships an event of the application. @returns its id. @throws TypeError for a kind or an outcome that is none */
  record(event: ApplicationEvent): string
  /** Sends what is still to be sent (at most 5 s) and stops. */
  close(): Promise<void>
}

/** What `protect()` has of the control plane. */
export interface ProtectionEdge extends Pick<Edge<Prepared>, 'recordRefusal' | 'lease' | 'shipCspReports' | 'url'> {
  /** Of the last bundle, also when its lease has lapsed: it allows nothing. Null: there has been none yet. */
  protection(): Protection | null
  /** Called when the Holdfast is closed, while events are still shipped. */
  onClose(listener: () => Promise<void>): void
}

/** What the adapters need beyond the public face. */
export interface HoldfastInternals {
  readonly describe: (request: RequestLike) => RequestInfo
  readonly during: <T>(info: RequestInfo, call: () => T) => T
  readonly pathAmbiguous: (info: RequestInfo) => HoldfastError
  /** @returns id of the event */
  readonly queryRefused: (finding: SqlFinding, mode: 'block' | 'report') => string
  /** @returns id of the event */
  readonly outboundRefused: (host: string, what: Refused, why: string) => string
  /** See `Authenticator`. */
  readonly early: Authenticator['early']
  readonly edge: ProtectionEdge
  /** URI of the page that documents a code. */
  readonly problemType: (code: HoldfastErrorCode) => string
}

const internals = new WeakMap<Holdfast, HoldfastInternals>()

export function internalsOf(holdfast: Holdfast): HoldfastInternals {
  const found = internals.get(holdfast)
  if (found === undefined) throw new TypeError('This Holdfast was not made by createHoldfast of this package.')
  return found
}

/** How long the start waits for the first bundle; without one it goes on, and refuses everything until there is. */
const FIRST_SYNC_MOST = 5_000
/** How long a change is waited for: it is usually a round trip away. */
const REACHED_WITHIN = 3_000

/**
 * Connects an application to its control plane.
 * @throws CredentialsError when the credentials cannot be used; a control plane that cannot be reached is no error: requests are refused
 *   with 503 until it can
 */
export async function createHoldfast(options: HoldfastOptions = {}): Promise<Holdfast> {
  const credentials = loadCredentials(options.credentials, process.env)
  const { application } = credentials
  if (application === null) throw new CredentialsError('These are the credentials of a gateway, not of an application.')
  const clock = options.clock ?? systemClock
  let protection: Protection | null = null
  const edge = createApplicationEdge({ ...options, credentials, version: VERSION }, (bundle) => {
    const prepared = prepareKnowledge(bundle, clock.now())
    protection = bundle.protection ?? defaultProtection
    return prepared
  })
  const closing: (() => Promise<void>)[] = []
  /** What decides now, or null: then nothing may be allowed. */
  const current = () => edge.current()?.at(clock.now()) ?? null
  const refusals = createRefusals({ edge, application, explain: options.explain ?? true })
  const memory = createRequestMemory(() => clock.now())
  const accept = options.accept ?? ['identity']
  const now = () => clock.now()
  const authenticator = createAuthenticator({
    edge: {
      current,
      isRevoked: (session) => edge.isRevoked(session),
      demanded: (session) => edge.demanded(session),
      introspect: (credential, id) => edge.introspect(credential, id),
      reached: (epoch, within) => edge.reached(epoch, within),
      get through() {
        return edge.through
      },
    },
    tokens: createTokenReader({ ...options.tokens, edge, refusals, clock }),
    application,
    accept,
    refusals,
    memory,
    now,
  })

  /** Who asks, as far as it is known at all; else the refusal. */
  function present(principal: PrincipalReference | null): PrincipalReference {
    const info = memory.recall(principal)
    if (principal === null) throw refusals.unauthenticated('principal_missing', 'Nobody is signed in.', info)
    if (current() === null) throw refusals.policyUnavailable(info)
    if (isEnded(principal)) {
      throw refusals.unauthenticated('session_ended', 'The session has ended. Sign in again.', info)
    }
    return principal
  }
  const isEnded = (principal: PrincipalReference) =>
    'session' in principal &&
    typeof principal.session === 'string' &&
    edge.isRevoked(principal.session, memory.authenticatedAt(principal))

  // Said so that what is no number is never reached: NaN, of a header that was none.
  const isBehind = ({ minEpoch = 0 }: Demands = {}) => !(edge.through >= minEpoch)

  const recall = (principal: PrincipalReference) => memory.recall(principal)
  const { random, onProblem } = surroundings(options)
  const judge = createJudge({ edge, application, clock, random, recall })
  function unmet(principal: PrincipalReference, demands: Demands = {}): Unmet | null {
    const raised =
      'session' in principal && typeof principal.session === 'string' ? edge.demanded(principal.session) : null
    const missing = unmetOf(principal, demands, clock.now())
    if (missing !== null || raised === null || !isAcr(raised)) return missing
    return unmetOf(principal, { acr: raised }, clock.now())
  }
  /** Who asks, when all that is demanded is there; else the refusal. */
  function demanded(maybe: PrincipalReference | null, demands?: Demands): PrincipalReference {
    const principal = present(maybe)
    const info = memory.recall(principal)
    if (isBehind(demands)) throw refusals.epochNotReached(info)
    const missing = unmet(principal, demands)
    if (missing !== null) throw refusals.unmet(principal, missing, memory.schemeOf(principal), info)
    return principal
  }
  /** The answer of `can` where nothing is to be told of it: for each row of a list, each group of fields. */
  function allows(principal: PrincipalReference, action: string, resource: ResourceInput): boolean {
    const knowledge = current()
    if (knowledge === null || isEnded(principal)) return false
    return judge.allows(knowledge, { principal, action, resource })
  }

  const holdfast: Holdfast = {
    application,
    authenticate: authenticator.authenticate as Holdfast['authenticate'],
    can: (principal, action, resource, context, demands) => {
      if (principal === null) return refusal('unauthenticated')
      const knowledge = current()
      if (knowledge === null) return refusal('policy_unavailable')
      if (isBehind(demands)) return refusal('epoch_not_reached')
      if (isEnded(principal)) return refusal('session_ended')
      const missing = unmet(principal, demands)
      if (missing !== null) return refusalOf(missing)
      const { decision, stepUp } = judge.judge('can', knowledge, { principal, action, resource, context })
      return stepUp === null ? decision : { ...decision, stepUp }
    },
    require: (maybe, action, resource, context, demands) => {
      const principal = demanded(maybe, demands)
      const knowledge = current()
      if (knowledge === null) throw refusals.policyUnavailable(memory.recall(principal))
      const judged = judge.judge('require', knowledge, { principal, action, resource, context })
      if (judged.decision.allowed) return
      const denied = denialOf(judged)
      const info = memory.recall(principal)
      if (judged.stepUp !== null) throw refusals.stepUp(denied, judged.stepUp, memory.schemeOf(principal), info)
      throw refusals.forbidden(denied, info)
    },
    demand: (principal, demands) => void demanded(principal, demands),
    ...createRows({
      present,
      current,
      isBehind,
      recall,
      allows,
      refusals,
      onProblem,
      onBundle: (call) => void edge.onBundle(call),
    }),
    get epoch() {
      return current() === null ? 0 : edge.through
    },
    reached: async (epoch, { within = REACHED_WITHIN } = {}) => {
      if (!(await edge.reached(epoch, within))) throw refusals.epochNotReached(memory.recall(null))
    },
    record: ({ kind, outcome, resource = null, principal = null, data }) => {
      if (!EventKind.safeParse(kind).success)
        throw new TypeError(`"${kind}" is no kind of event: lower-case words joined by dots.`)
      if (!OutcomeSchema.safeParse(outcome).success) throw new TypeError('The outcome is success, refused or failure.')
      const actor = principal === null ? null : { type: principal.type, id: principal.id }
      return edge.record({ kind, outcome, actor, resource, data, application, ...memory.recall(principal) })
    },
    close: () => {
      judge.close()
      if (closing.length === 0) return edge.close()
      return Promise.allSettled(closing.map((listener) => listener())).then(() => edge.close())
    },
  }
  internals.set(holdfast, {
    describe: (request) => authenticator.describe(request),
    during: (info, call) => memory.run(info, call),
    pathAmbiguous: (info) => refusals.pathAmbiguous(info),
    queryRefused: (finding, mode) => refusals.queryRefused(finding, mode, memory.recall(null)),
    outboundRefused: (host, what, why) => refusals.outboundRefused(host, what, why, memory.recall(null)),
    early: (request) => authenticator.early(request),
    edge: {
      url: edge.url,
      protection: () => protection,
      recordRefusal: (event, like) => edge.recordRefusal(event, like),
      lease: (request) => edge.lease(request),
      shipCspReports: (request) => edge.shipCspReports(request),
      onClose: (listener) => void closing.push(listener),
    },
    problemType: (code) => refusals.typeOf(code),
  })

  const { promise: waited, resolve } = Promise.withResolvers<void>()
  const cancel = clock.after(FIRST_SYNC_MOST, resolve)
  await Promise.race([edge.ready, waited])
  cancel()
  return Object.freeze(holdfast)
}
