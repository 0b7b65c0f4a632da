import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type Asker,
  type Cookies,
  describeTarget,
  type Origin,
  prefersHtml,
  type RequestHead,
  type Tally,
  type Watch,
} from '@holdfast/sdk/edge/guard'
import type { Caller } from './identity/caller.ts'
import type { Begun } from './inspection/collect.ts'
import type { Place } from '@holdfast/http-guard'
import type { Route } from './routing/table.ts'
import type { RulesTrial } from './rules/trial.ts'
import type { Ground } from './standing.ts'
import { makeId } from './ids.ts'
import { Visit } from './traffic/visit.ts'

/** One request and what has been found out about it so far. */
export interface Inbound extends Tally {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly origin: Origin
  readonly address: string
  /** UUIDv7: in the answer (X-Request-Id), in our problems and events, and told to the upstream. */
  readonly requestId: string
  /** What is counted of it. */
  readonly visit: Visit
  /** Of an upgrade: the bytes behind the request. */
  readonly rest: Buffer | null
  head: RequestHead | null
  route: Route | null
  ground: Ground | null
  cookies: Cookies | null
  place: Place | null
  caller: Caller | null
  /** As far as the body was read to be inspected. */
  begun: Begun | null
  watch: Watch | null
  /** Under the gateway's rules. */
  trial: RulesTrial | null
}

/** Of one shape for all requests, from their beginning to their end. */
export const inboundOf = (
  request: IncomingMessage,
  response: ServerResponse,
  origin: Origin,
  rest: Buffer | null,
): Inbound => ({
  request,
  response,
  origin,
  address: origin.address,
  requestId: makeId(),
  visit: new Visit(request),
  rest,
  head: null,
  route: null,
  ground: null,
  cookies: null,
  place: null,
  caller: null,
  begun: null,
  watch: null,
  trial: null,
  rules: noRules,
})

const noRules: Inbound['rules'] = []

/** Known well enough to be decided. */
export interface Decidable extends Inbound {
  readonly head: RequestHead
  readonly route: Route
  readonly ground: Ground
  readonly cookies: Cookies
  readonly place: Place
}

/** What of a credential goes on to the upstream. */
export interface PassedOn {
  readonly authorization: string | null
  readonly dpop: string | null
}

/** A person's browser asks for a page: it can be sent to sign in and come back. */
export const wantsPage = (head: RequestHead): boolean =>
  head.method === 'GET' && !head.upgrade && prefersHtml(head.accept)

export function askerOf({ request, origin, head, route, caller }: Inbound): Asker {
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
