import { ApplicationId, EdgeEvent, Reference } from '@holdfast/events'
import { z } from 'zod'
import { PublicJwk } from './keys.ts'

/** Who is asking: shown in the console as a connected edge. */
export interface EdgeDescription {
  readonly kind: 'sdk' | 'gateway'
  readonly version: string
  /** Random per process. */
  readonly id: string
}

/** `POST /api/v1/edge/sync` */
export interface SyncRequest {
  /** Absent for a gateway: it gets the gateway bundle. */
  readonly application?: string | undefined
  /** The epoch held; 0 when none. To say so acknowledges it: from here on the edge decides by nothing older. */
  readonly epoch: number
  /** Likewise acknowledges the revocations up to it. Place in the revocation feed as the last answer gave it; 0 at first: the answer then gives the last two minutes and the place. */
  readonly cursor: number
  /** How long the answer may wait for news. */
  readonly waitSeconds: number
  readonly edge: EdgeDescription
}

/** News of the revocation feed. */
export interface Revoked {
  /** Id of a session, or of an access token (`jti`). */
  readonly session: string
  /** It has not ended, but must show at least this from now on: what was believed of it with less is not believed any more. */
  readonly acr?: string | undefined
}

export interface SyncResponse {
  /** The bundle, only when newer than the epoch held. */
  readonly bundle: string | null
  readonly lease: string
  readonly epoch: number
  readonly cursor: number
  /** What ended since the cursor: sessions, and access tokens before their time. */
  readonly revoked: readonly Revoked[]
}

/** `POST /api/v1/edge/leave`: the process ends, and allows nothing any more. */
export interface LeaveRequest {
  readonly edge: EdgeDescription
}

export interface LeaveResponse {
  readonly left: true
}

/** `POST /api/v1/edge/introspect` */
export interface IntrospectRequest {
  readonly credential: string
  readonly application: string
}

export interface ActiveCredential {
  readonly active: true
  readonly principal: Reference
  /** null for a service. */
  readonly session: string | null
  /** Seconds since 1970; null for a service. */
  readonly authTime: number | null
  /** How well the person has proved who they are: `aal1`, `aal2`, `phr` (see `Acr`); null for a service. */
  readonly acr: string | null
  /** By which means (RFC 8176): `pwd`, `otp`, `hwk`, ... Empty for a service. */
  readonly amr: readonly string[]
  /** Seconds since 1970. */
  readonly expiresAt: number
}

export interface InactiveCredential {
  readonly active: false
  /** `insufficient_user_authentication`: the session holds, and must show more before it is let in. */
  readonly reason: string
  /** What it must show then. */
  readonly acr?: string | undefined
}

export type IntrospectResponse = ActiveCredential | InactiveCredential

/** `POST /api/v1/edge/exchange` */
export interface ExchangeRequest {
  readonly code: string
  /** PKCE verifier (RFC 7636) whose S256 challenge began the sign-in. */
  readonly verifier: string
  readonly redirectUri: string
}

export interface ExchangeResponse {
  readonly session: string
  /** Seconds since 1970. */
  readonly expiresAt: number
  readonly returnTo: string
}

/** `POST /api/v1/edge/sign-out` */
export interface SignOutRequest {
  readonly session: string
}

export interface SignOutResponse {
  readonly ended: boolean
}

/** `PUT /api/v1/edge/gateway-key` */
export interface GatewayKeyRequest {
  readonly jwk: PublicJwk
}

/** `POST /api/v1/edge/events` */
export interface EventsRequest {
  readonly events: readonly EdgeEvent[]
}

export interface EventsResponse {
  readonly accepted: number
}

/** `POST /api/v1/edge/budgets`: units of a budget that several gateways share. */
export interface BudgetRequest {
  readonly application: string
  /** Name of a rule of the application's limits, whose `scope` is not `process`. */
  readonly rule: string
  /** SHA-256 of whom it counts, base64url. */
  readonly key: string
  readonly units: number
}

export interface BudgetResponse {
  /** What was lent, of what was asked for: none when there are not as many as one request costs. */
  readonly units: number
  /** Milliseconds for which they may be used. */
  readonly forMs: number
  /** When none: milliseconds until there are some again. */
  readonly waitMs: number
  /** Units left, and milliseconds until all are there again. */
  readonly left: number
  readonly fullInMs: number
}

/** What browsers reported of one kind: they are counted, not kept. */
export interface CspReportGroup {
  readonly directive: string
  /** Origin of what was blocked, or a word (`inline`, `eval`, `data`, ...). */
  readonly blocked: string
  /** Path of the page, without its query; what looks like an id is `:id`. */
  readonly page: string
  readonly disposition: 'enforce' | 'report'
  readonly count: number
  /** Begin of what was blocked, and where it stands: `/app.js:12`. May be empty. */
  readonly sample: string
  readonly source: string
}

/** `POST /api/v1/edge/csp-reports` */
export interface CspReportsRequest {
  readonly application: string
  readonly groups: readonly CspReportGroup[]
}

export interface CspReportsResponse {
  readonly accepted: number
}

/** Most groups in one request. */
export const CSP_GROUPS_MOST = 200 as const

/** Most events in one request. */
export const EVENTS_MOST = 100 as const
/** Longest wait of a sync, seconds. */
export const SYNC_WAIT_MOST = 10 as const

const count = z.int().nonnegative()
const acr = z.string().min(1).max(64)
const secret = z.string().min(1).max(512)

export const EdgeDescription: z.ZodType<EdgeDescription> = z.strictObject({
  kind: z.enum(['sdk', 'gateway']),
  version: z.string().max(64),
  id: z.string().min(1).max(64),
})

export const SyncRequest: z.ZodType<SyncRequest> = z.strictObject({
  application: ApplicationId.optional(),
  epoch: count,
  cursor: count,
  waitSeconds: z.number().min(0).max(SYNC_WAIT_MOST),
  edge: EdgeDescription,
})

export const SyncResponse: z.ZodType<SyncResponse> = z.object({
  bundle: z.string().nullable(),
  lease: z.string(),
  epoch: count,
  cursor: count,
  revoked: z.array(z.object({ session: z.string().min(1).max(256), acr: acr.optional() })),
})

export const LeaveRequest: z.ZodType<LeaveRequest> = z.strictObject({ edge: EdgeDescription })
export const LeaveResponse: z.ZodType<LeaveResponse> = z.object({ left: z.literal(true) })

export const IntrospectRequest: z.ZodType<IntrospectRequest> = z.strictObject({
  credential: secret,
  application: ApplicationId,
})

export const IntrospectResponse: z.ZodType<IntrospectResponse> = z.discriminatedUnion('active', [
  z.object({
    active: z.literal(true),
    principal: Reference,
    session: z.string().min(1).max(256).nullable(),
    authTime: count.nullable(),
    acr: acr.nullable(),
    amr: z.array(z.string().min(1).max(32)).max(16),
    expiresAt: count,
  }),
  z.object({ active: z.literal(false), reason: z.string().max(200), acr: acr.optional() }),
])

export const ExchangeRequest: z.ZodType<ExchangeRequest> = z.strictObject({
  code: secret,
  // RFC 7636 section 4.1
  verifier: z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/),
  redirectUri: z.url({ protocol: /^https?$/ }).max(2048),
})

export const ExchangeResponse: z.ZodType<ExchangeResponse> = z.object({
  session: secret,
  expiresAt: count,
  returnTo: z.string().max(2048),
})

export const SignOutRequest: z.ZodType<SignOutRequest> = z.strictObject({ session: secret })
export const SignOutResponse: z.ZodType<SignOutResponse> = z.object({ ended: z.boolean() })
export const GatewayKeyRequest: z.ZodType<GatewayKeyRequest> = z.strictObject({ jwk: PublicJwk })
export const EventsRequest: z.ZodType<EventsRequest> = z.strictObject({ events: z.array(EdgeEvent).max(EVENTS_MOST) })
export const EventsResponse: z.ZodType<EventsResponse> = z.object({ accepted: count })

const milliseconds = z.number().nonnegative()

export const BudgetRequest: z.ZodType<BudgetRequest> = z.strictObject({
  application: ApplicationId,
  rule: z.string().min(1).max(64),
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  units: z.int().min(1).max(1_000_000),
})

export const BudgetResponse: z.ZodType<BudgetResponse> = z.object({
  units: count,
  // Without end an edge would ask for ever.
  forMs: z.number().min(1),
  waitMs: milliseconds,
  left: count,
  fullInMs: milliseconds,
})

export const CspReportGroup: z.ZodType<CspReportGroup> = z.strictObject({
  directive: z.string().regex(/^[a-z][a-z-]{0,63}$/),
  blocked: z.string().min(1).max(300),
  page: z.string().startsWith('/').max(300),
  disposition: z.enum(['enforce', 'report']),
  count: z.int().min(1),
  sample: z.string().max(100),
  source: z.string().max(300),
})

export const CspReportsRequest: z.ZodType<CspReportsRequest> = z.strictObject({
  application: ApplicationId,
  groups: z.array(CspReportGroup).max(CSP_GROUPS_MOST),
})

export const CspReportsResponse: z.ZodType<CspReportsResponse> = z.object({ accepted: count })
