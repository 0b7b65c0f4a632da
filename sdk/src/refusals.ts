import { SIGN_IN_PATH } from '@holdfast/bundle'
import type { Actor } from '@holdfast/events'
import type { FilterError } from '@holdfast/policy/filter'
import type { StepUp } from './assurance.ts'
import type { Unmet } from './demands.ts'
import type { Refused } from './guards/outbound/rules.ts'
import type { SqlFinding } from './guards/sql/check.ts'
import { challenge, type Edge, type Presentation } from './edge/index.ts'
import { type Explanation, ForbiddenError, HoldfastError, type HoldfastErrorCode } from './errors.ts'
import type { Prepared } from './decisions/knowledge.ts'
import type { PrincipalReference } from './principal.ts'
import type { RequestInfo } from './request.ts'

/**
 * Makes each refusal an error to throw and an event that is on its way; the error carries the event's id. Of many refusals alike the later
 * ones are only counted, and carry the id of the last that was recorded (see `Floods` of the edge).
 */
export interface Refusals {
  /** @param reason stable code of the event; the caller learns no more than `unauthenticated` and the sentence */
  unauthenticated(reason: string, detail: string, info: RequestInfo, told?: Told): HoldfastError
  /** What somebody demands besides what policies say, and the principal has not. */
  unmet(principal: PrincipalReference | null, unmet: Unmet, scheme: Scheme, info: RequestInfo): HoldfastError
  /** A decision that would be a yes after the step-up. */
  stepUp(denied: Denied, stepUp: StepUp, scheme: Scheme, info: RequestInfo): HoldfastError
  forbidden(denied: Denied, info: RequestInfo): ForbiddenError
  crossSite(info: RequestInfo): HoldfastError
  pathAmbiguous(info: RequestInfo): HoldfastError
  /** No bundle under a live lease. */
  policyUnavailable(info: RequestInfo): HoldfastError
  /** What is known here is older than was demanded. */
  epochNotReached(info: RequestInfo): HoldfastError
  introspectionUnavailable(reason: string, info: RequestInfo): HoldfastError
  /** Rows were asked for by somebody whom the directory does not know. */
  unknown(principal: PrincipalReference, action: string | null, type: string, info: RequestInfo): ForbiddenError
  /** The policies cannot become SQL. The caller learns that; the application's log and the event learn by which policy and expression. */
  noFilter(error: FilterError, asked: AskedRows, info: RequestInfo): HoldfastError
  /** A value of a request was code in a query, which was not sent, or only reported. @returns id of the event */
  queryRefused(finding: SqlFinding, mode: 'block' | 'report', info: RequestInfo): string
  /** A request to where the application may not send any. @returns id of the event */
  outboundRefused(host: string, what: Refused, why: string, info: RequestInfo): string
  /** URI of the page that documents a code. */
  typeOf(code: HoldfastErrorCode): string
}

/** What a client learns of its token. */
export interface Told {
  readonly scheme: Scheme
  readonly error?: string | undefined
  /** For its next proof. */
  readonly nonce?: string | null
}

type Scheme = Presentation['scheme']

interface AskedRows {
  readonly principal: PrincipalReference
  /** Null: for the fields of rows. */
  readonly action: string | null
  /** Of the resources. */
  readonly type: string
}

/** A decision that was a no. */
export interface Denied {
  readonly principal: PrincipalReference
  readonly action: string
  readonly resource: PrincipalReference
  /** Code of the decision. */
  readonly reason: string
  readonly policies: readonly string[]
  readonly explanation: Explanation
  /** What its event tells: all that the decision was taken on. */
  readonly logged: Readonly<Record<string, unknown>>
}

/** Of an event what a refusal says itself. */
interface Recorded {
  readonly kind: string
  readonly outcome: 'refused' | 'failure'
  readonly reason: string
  readonly actor?: Actor
  readonly resource?: PrincipalReference
  readonly data?: Readonly<Record<string, unknown>>
}

export interface RefusalsOptions {
  readonly edge: Pick<Edge<Prepared>, 'recordRefusal' | 'url'>
  readonly application: string
  /** Whether a refused decision's answer tells the condition that failed. */
  readonly explain: boolean
}

export function createRefusals({ edge, application, explain }: RefusalsOptions): Refusals {
  const base = edge.url.replace(/\/+$/, '')
  const typeOf = (code: HoldfastErrorCode) => `${base}/problems/${code}`
  /** @returns what its error tells of the event */
  const record = ({ source, requestId }: RequestInfo, event: Recorded, like?: Readonly<Record<string, string>>) => ({
    eventId: edge.recordRefusal({ ...event, application, source, requestId }, like),
    requestId: requestId ?? undefined,
  })
  const fields = (
    code: HoldfastErrorCode,
    status: number,
    title: string,
    detail: string,
    recorded: ReturnType<typeof record>,
  ) => ({ code, status, title, detail, type: typeOf(code), ...recorded })
  /** RFC 9470 section 3. */
  function insufficient(
    recorded: ReturnType<typeof record>,
    principal: PrincipalReference | null,
    { acr, maxAge }: StepUp,
    scheme: Scheme,
  ): HoldfastError {
    const code = 'insufficient_user_authentication'
    const detail = 'This needs a stronger or a newer sign-in.'
    const challenged = { realm: application, error: code, error_description: detail, acr_values: acr, max_age: maxAge }
    const byGateway = principal !== null && 'via' in principal && principal.via === 'identity'
    const wanted = new URLSearchParams({
      ...(acr !== undefined && { acr }),
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
    })
    return new HoldfastError({
      ...fields(code, 401, 'Stronger sign-in needed', detail, recorded),
      headers: { 'www-authenticate': challenge(scheme, challenged) },
      members: {
        ...(acr !== undefined && { acrValues: acr }),
        ...(maxAge !== undefined && { maxAge }),
        ...(byGateway && { stepUp: `${SIGN_IN_PATH}?${wanted.toString()}` }),
      },
    })
  }
  // By action: whoever has tried one thing often does not thereby hide the first try of another.
  const recordDenied = (denied: Denied, info: RequestInfo) =>
    record(info, deniedEvent(denied), { action: denied.action })
  const forbidden: Refusals['forbidden'] = (denied, info) => {
    const { policies, explanation } = denied
    const recorded = recordDenied(denied, info)
    const detail = 'You may not do this.'
    return new ForbiddenError(fields('forbidden', 403, 'Forbidden', detail, recorded), policies, explanation, explain)
  }
  return {
    forbidden,
    stepUp: (denied, stepUp, scheme, info) =>
      insufficient(recordDenied(denied, info), denied.principal, stepUp, scheme),
    unmet: (principal, unmet, scheme, info) => {
      const actor = principal === null ? {} : { actor: { type: principal.type, id: principal.id } }
      const recorded = record(info, { kind: 'request.refused', outcome: 'refused', reason: unmet.code, ...actor })
      if (unmet.code === 'insufficient_user_authentication')
        return insufficient(recorded, principal, unmet.stepUp, scheme)
      const { code, scope } = unmet
      const detail = 'The access token was not granted what this needs.'
      const challenged = challenge(scheme, { realm: application, error: code, scope })
      const headers = { 'www-authenticate': challenged }
      const base = fields(code, 403, 'Insufficient scope', detail, recorded)
      return new HoldfastError({ ...base, headers, members: { scope } })
    },
    unauthenticated: (reason, detail, info, { scheme = 'Bearer', error, nonce = null } = { scheme: 'Bearer' }) => {
      const recorded = record(info, { kind: 'request.unauthenticated', outcome: 'refused', reason })
      const more = error === undefined ? {} : { error, error_description: detail }
      const headers = {
        'www-authenticate': challenge(scheme, { realm: application, ...more }),
        ...(nonce !== null && { 'dpop-nonce': nonce }),
      }
      return new HoldfastError({ ...fields('unauthenticated', 401, 'Not signed in', detail, recorded), headers })
    },
    crossSite: (info) => {
      const recorded = record(info, { kind: 'request.refused', outcome: 'refused', reason: 'cross_site_request' })
      return new HoldfastError(
        fields('cross_site_request', 403, 'Cross-site request', 'Another site sent this request.', recorded),
      )
    },
    pathAmbiguous: (info) => {
      const recorded = record(info, { kind: 'request.refused', outcome: 'refused', reason: 'path_ambiguous' })
      const detail = 'The path can be read in more than one way.'
      return new HoldfastError(fields('path_ambiguous', 400, 'Ambiguous path', detail, recorded))
    },
    policyUnavailable: (info) => {
      const recorded = record(info, { kind: 'decision.unavailable', outcome: 'failure', reason: 'policy_unavailable' })
      const detail = 'The policies are not at hand or no longer fresh, so nothing is allowed. Try again shortly.'
      return unavailable(fields('policy_unavailable', 503, 'Policies unavailable', detail, recorded))
    },
    epochNotReached: (info) => {
      const recorded = record(info, { kind: 'decision.unavailable', outcome: 'failure', reason: 'epoch_not_reached' })
      const detail = 'A change that this must be decided with has not arrived here yet. Try again shortly.'
      return unavailable(fields('epoch_not_reached', 503, 'Epoch not reached', detail, recorded))
    },
    introspectionUnavailable: (reason, info) => {
      const recorded = record(info, { kind: 'decision.unavailable', outcome: 'failure', reason })
      const detail = 'The credential cannot be checked at the moment. Try again shortly.'
      return unavailable(fields('introspection_unavailable', 503, 'Sign-in cannot be checked', detail, recorded))
    },
    unknown: (principal, asked, type, info) => {
      const explanation = { text: 'The principal is not in the directory, or is disabled.', nearest: null }
      const action = asked ?? 'columns'
      const about = { principal, action, resource: { type, id: '' }, reason: 'principal_unknown', policies: [] }
      return forbidden({ ...about, explanation, logged: { action } }, info)
    },
    noFilter: (error, { principal, action, type }, info) => {
      const { code, policy, expression, message } = error
      const event: Recorded = {
        kind: 'decision.unavailable',
        outcome: 'failure',
        reason: code,
        actor: { type: principal.type, id: principal.id },
        data: { action, type, policy, expression, message },
      }
      const recorded = record(info, event, { action: action ?? '', type })
      const detail = 'What you may see of this cannot be worked out, so nothing of it is shown.'
      return new HoldfastError({ ...fields(code, 500, 'No filter', detail, recorded), message, cause: error })
    },
    queryRefused: ({ breach, place, name, evidence, why }, mode, info) => {
      const outcome = mode === 'block' ? 'refused' : 'failure'
      const data = { mode, place, name, evidence, why }
      const event: Recorded = { kind: 'query.refused', outcome, reason: breach, data }
      return record(info, event, { place: place ?? '' }).eventId
    },
    outboundRefused: (host, what, why, info) =>
      record(info, { kind: 'outbound.refused', outcome: 'refused', reason: what, data: { host, why } }).eventId,
    typeOf,
  }
}

/** What an event tells of a decision that was a no. */
export function deniedEvent({ principal, resource, reason, logged }: Denied): Recorded {
  return {
    kind: 'decision.denied',
    outcome: 'refused',
    reason,
    actor: { type: principal.type, id: principal.id },
    resource: { type: resource.type, id: resource.id },
    data: logged,
  }
}

function unavailable(fields: ConstructorParameters<typeof HoldfastError>[0]): HoldfastError {
  return new HoldfastError({ ...fields, headers: { 'retry-after': '2' } })
}
