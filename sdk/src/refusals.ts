import type { Actor } from '@holdfast/events'
import type { Edge } from './edge/index.ts'
import { type Explanation, ForbiddenError, HoldfastError, type HoldfastErrorCode } from './errors.ts'
import type { Prepared } from './knowledge.ts'
import type { PrincipalReference } from './principal.ts'
import type { RequestInfo } from './request.ts'

/**
 * Makes each refusal an error to throw and an event that is on its way; the error carries the event's id. Of many refusals alike the later
 * ones are only counted, and carry the id of the last that was recorded (see `Floods` of the edge).
 */
export interface Refusals {
  /** @param reason stable code of the event; the caller learns no more than `unauthenticated` and the sentence */
  unauthenticated(reason: string, detail: string, info: RequestInfo): HoldfastError
  forbidden(denied: Denied, info: RequestInfo): ForbiddenError
  crossSite(info: RequestInfo): HoldfastError
  pathAmbiguous(info: RequestInfo): HoldfastError
  /** No bundle under a live lease. */
  policyUnavailable(info: RequestInfo): HoldfastError
  introspectionUnavailable(reason: string, info: RequestInfo): HoldfastError
}

interface Denied {
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
  ) => ({ code, status, title, detail, type: `${base}/problems/${code}`, ...recorded })
  return {
    unauthenticated: (reason, detail, info) => {
      const recorded = record(info, { kind: 'request.unauthenticated', outcome: 'refused', reason })
      const challenge = { 'www-authenticate': `Bearer realm="${application}"` }
      return new HoldfastError({
        ...fields('unauthenticated', 401, 'Not signed in', detail, recorded),
        headers: challenge,
      })
    },
    forbidden: ({ principal, action, resource, reason, policies, explanation, logged }, info) => {
      const event: Recorded = {
        kind: 'decision.denied',
        outcome: 'refused',
        reason,
        actor: { type: principal.type, id: principal.id },
        resource: { type: resource.type, id: resource.id },
        data: logged,
      }
      // By action: whoever has tried one thing often does not thereby hide the first try of another.
      const recorded = record(info, event, { action })
      const detail = 'You may not do this.'
      return new ForbiddenError(fields('forbidden', 403, 'Forbidden', detail, recorded), policies, explanation, explain)
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
    introspectionUnavailable: (reason, info) => {
      const recorded = record(info, { kind: 'decision.unavailable', outcome: 'failure', reason })
      const detail = 'The credential cannot be checked at the moment. Try again shortly.'
      return unavailable(fields('introspection_unavailable', 503, 'Sign-in cannot be checked', detail, recorded))
    },
  }
}

function unavailable(fields: ConstructorParameters<typeof HoldfastError>[0]): HoldfastError {
  return new HoldfastError({ ...fields, headers: { 'retry-after': '2' } })
}
