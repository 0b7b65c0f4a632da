import type { Routes } from './generated.ts'

/** What a route of `/api/v1` answers, and what it takes. Instants are ISO 8601 strings. */
export type Answer<R extends keyof Routes> = Routes[R]['answer']
export type Body<R extends keyof Routes> = Routes[R]['body']

export interface Uid {
  readonly type: string
  readonly id: string
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** A list that comes whole. */
export interface Items<T> {
  readonly items: readonly T[]
}

export type Me = Answer<'GET /api/v1/me'>
export type Overview = Answer<'GET /api/v1/overview'>
export type OverviewHour = Overview['series'][number]
export type OverviewApplication = Overview['applications'][number]
export type Control = Answer<'GET /api/v1/controls'>['items'][number]

export type Person = Answer<'GET /api/v1/people/{id}'>
export type NewPerson = Body<'POST /api/v1/people'>
export type PersonChange = Body<'PATCH /api/v1/people/{id}'>
export type Group = Answer<'GET /api/v1/groups'>['items'][number]
export type NewGroup = Body<'POST /api/v1/groups'>
export type GroupChange = Body<'PATCH /api/v1/groups/{id}'>
export type Service = Answer<'GET /api/v1/services'>['items'][number]
export type NewService = Body<'POST /api/v1/services'>
export type ServiceChange = Body<'PATCH /api/v1/services/{id}'>
export type CreatedService = Answer<'POST /api/v1/services'>
export type CreatedKey = Answer<'POST /api/v1/services/{id}/keys'>
export type Session = Answer<'GET /api/v1/sessions'>['items'][number]

export type { Application, Policy } from './generated.ts'
export type ApplicationChange = Body<'PATCH /api/v1/applications/{app}'>
export type NewApplication = Body<'POST /api/v1/applications'>
export type Edge = Answer<'GET /api/v1/applications/{app}'>['edges'][number]
export type Schema = Answer<'GET /api/v1/applications/{app}/schema'>
export type Validation = Answer<'POST /api/v1/applications/{app}/policies/validate'>
export type Finding = Validation['findings'][number]
/** Lines and columns count from 1; offsets from 0. */
export type Position = NonNullable<Finding['start']>
export type EvaluationRequest = Body<'POST /api/v1/applications/{app}/evaluate'>
export type Evaluation = Answer<'POST /api/v1/applications/{app}/evaluate'>

export type {
  AccessComparison as Comparison,
  Elevation,
  ElevationRule,
  Grant,
  Role,
  StoredEntity,
} from './generated.ts'
export type Side = NonNullable<Body<'POST /api/v1/applications/{app}/diff'>['new']>
export type Nearest = NonNullable<Evaluation['explanation']['nearest']>
export type NewGrant = Body<'POST /api/v1/applications/{app}/grants'>
export type NewRole = Body<'POST /api/v1/applications/{app}/roles'>
export type RoleChange = Body<'PATCH /api/v1/applications/{app}/roles/{role}'>
export type NewElevation = Body<'POST /api/v1/applications/{app}/elevations'>
export type NewGlass = Body<'POST /api/v1/applications/{app}/break-glass'>
export type Effect = Answer<'POST /api/v1/barrier'>
export type WhoCan = Answer<'GET /api/v1/applications/{app}/who-can'>['items'][number]
export type WhatCan = Answer<'GET /api/v1/applications/{app}/what-can'>['items'][number]
export type AccessChange = Answer<'GET /api/v1/applications/{app}/history'>['items'][number]
export type Candidate = Answer<'GET /api/v1/applications/{app}/candidate'>
export type CandidateReport = Answer<'GET /api/v1/applications/{app}/candidate/report'>
export type Promoted = Answer<'POST /api/v1/applications/{app}/candidate/promote'>
export type DecisionPage = Answer<'GET /api/v1/applications/{app}/decisions'>
export type LoggedDecision = DecisionPage['items'][number]

/** An event with its OCSF document and its place in the log. */
export type EventInFull = Answer<'GET /api/v1/events/{id}'>
/** The compact view of an event. */
export type Event = EventInFull['event']
export type Outcome = Event['outcome']
export type EventPage = Omit<Answer<'GET /api/v1/events'>, 'items'> & { readonly items: readonly Event[] }
export type Severity = NonNullable<Routes['GET /api/v1/events']['query']['severity']>
export type Facets = Answer<'GET /api/v1/ledger/facets'>
export type SavedSearch = Answer<'GET /api/v1/ledger/searches'>['items'][number]
export type NewSearch = Body<'POST /api/v1/ledger/searches'>
export type SearchChange = Body<'PATCH /api/v1/ledger/searches/{id}'>

export type Head = Answer<'GET /api/v1/ledger/head'>
export type Consistency = Answer<'GET /api/v1/ledger/consistency'>
export type Anchors = Answer<'GET /api/v1/ledger/anchors'>
export type Retention = Answer<'GET /api/v1/ledger/retention'>
export type Hold = Answer<'GET /api/v1/ledger/holds'>['items'][number]
export type NewHold = Body<'POST /api/v1/ledger/holds'>
export type Erasure = Answer<'DELETE /api/v1/events/subjects/{type}/{id}'>
export type LogCheck = Answer<'GET /api/v1/ledger/fsck/{id}'>

export type Sink = Answer<'GET /api/v1/sinks/{id}'>
export type SinkKind = Sink['kind']
export type NewSink = Body<'POST /api/v1/sinks'>
export type MadeSink = Answer<'POST /api/v1/sinks'>
export type SinkChange = Body<'PATCH /api/v1/sinks/{id}'>
export type SinkTest = Answer<'POST /api/v1/sinks/{id}/test'>
export type SinkSecret = Answer<'POST /api/v1/sinks/{id}/rotate'>

export type KeyPurposes = Answer<'GET /api/v1/keys/purposes'>
export type Key = Answer<'GET /api/v1/keys'>['items'][number]
export type KeyEncryptionKey = Answer<'GET /api/v1/key-encryption-keys'>['items'][number]
export type KeyRotation = Body<'POST /api/v1/keys/rotate'>
export type KeyDestruction = Body<'POST /api/v1/keys/destroy'>
export type KeyHits = Answer<'GET /api/v1/keys/hits'>

export type SealStatus = Answer<'GET /api/v1/seal'>
export type SealDetails = Answer<'GET /api/v1/seal/details'>
export type SealChange = Body<'POST /api/v1/seal/change'>
export type SealChanged = Answer<'POST /api/v1/seal/change'>
export type SealRotated = Answer<'POST /api/v1/seal/rotate'>

export type { OAuthClient, SigningKey } from './generated.ts'
export type Acr = Session['acr']
export type NewClient = Body<'POST /api/v1/applications/{app}/clients'>
export type CreatedClient = Answer<'POST /api/v1/applications/{app}/clients'>
export type ClientChange = Body<'PATCH /api/v1/applications/{app}/clients/{client}'>
export type ClientPreset = NonNullable<NewClient['preset']>
export type NewSecret = Answer<'POST /api/v1/applications/{app}/clients/{client}/secrets'>
export type Resource = Answer<'GET /api/v1/applications/{app}/resources'>['items'][number]
export type RegistrationToken = Answer<'GET /api/v1/applications/{app}/registration-tokens'>['items'][number]
export type NewRegistrationToken = Answer<'POST /api/v1/applications/{app}/registration-tokens'>
export type SessionLimits = Answer<'GET /api/v1/applications/{app}/session-limits'>
export type LimitsChange = Body<'PUT /api/v1/applications/{app}/session-limits'>
export type Connection = Answer<'GET /api/v1/connections/{id}'>
export type NewConnection = Body<'POST /api/v1/connections'>
export type ConnectionChange = Body<'PATCH /api/v1/connections/{id}'>
export type ScimConnection = Answer<'GET /api/v1/scim/connections'>['items'][number]
export type CreatedScim = Answer<'POST /api/v1/scim/connections'>
export type KeyRotated = Answer<'POST /api/v1/signing-keys/rotate'>
export type SigningAlgorithm = NonNullable<Body<'POST /api/v1/signing-keys/rotate'>['alg']>
export type MailStatus = Answer<'GET /api/v1/mail'>
export type MailTemplate = Answer<'GET /api/v1/mail/templates'>['items'][number]
export type Wording = Body<'PUT /api/v1/mail/templates/{name}'>
export type Letter = Answer<'GET /api/v1/mailbox'>['items'][number]
export type Invitation = Answer<'GET /api/v1/invitations'>['items'][number]
export type NewInvitation = Body<'POST /api/v1/invitations'>
export type Factors = Answer<'GET /api/v1/people/{id}/factors'>
export type FactorProof = Body<'POST /api/v1/people/{id}/factors/reset'>
export type Identity = Answer<'GET /api/v1/people/{id}/identities'>['items'][number]
export type ConnectedClient = Answer<'GET /api/v1/people/{id}/clients'>['items'][number]
export type Required = Answer<'GET /api/v1/people/{id}/require'>['required']
export type Brand = Answer<'GET /api/v1/branding'>

export type SignInPolicy = Answer<'GET /api/v1/sign-in-policy'>
export type PolicyChange = Body<'PUT /api/v1/sign-in-policy'>
export type Tenant = Answer<'GET /api/v1/tenants'>['items'][number]
export type TenantHits = Answer<'GET /api/v1/tenants/{tenant}/hits'>
export type DeletedTenant = Answer<'DELETE /api/v1/tenants/{tenant}'>
export type NewTenant = Body<'POST /api/v1/tenants'>
export type CreatedTenant = Answer<'POST /api/v1/tenants'>
export type OperatorInvitation = Answer<'POST /api/v1/tenants/{tenant}/operators'>

type ProtectionAnswer = Answer<'GET /api/v1/applications/{app}/protection'>
/** What the gateways of an application refuse, limit and add: one document. */
export type Protection = Omit<ProtectionAnswer, 'version' | 'changedAt'>
export interface StoredProtection {
  readonly settings: Protection
  /** 0: nobody has set anything. */
  readonly version: number
  readonly changedAt: string | null
}
export type GuardMode = Protection['inspection']['mode']
export type InspectionSettings = Protection['inspection']
export type LimitRule = Protection['limits']['rules'][number]
export type ForeseenRequest = Answer<'POST /api/v1/applications/{app}/protection/explain'>
export type CspReport = Answer<'GET /api/v1/applications/{app}/csp-reports'>['items'][number]
export type CspProposal = Answer<'GET /api/v1/applications/{app}/csp-proposal'>
export type CheckedDocument = Answer<'POST /api/v1/applications/{app}/protection/check'>
export type DocumentProblem = CheckedDocument['errors'][number]

export type Traffic = Answer<'GET /api/v1/applications/{app}/protection/traffic'>
export type TrafficCounts = Traffic['total']
export type TrafficPoint = Traffic['series'][number]
export type TrafficRoute = Traffic['routes'][number]
export type Latency = NonNullable<TrafficCounts['own']>
export type LiveTraffic = Answer<'GET /api/v1/applications/{app}/protection/traffic/live'>
export type TrafficSample = LiveTraffic['items'][number]

export type BudgetUse = Answer<'GET /api/v1/applications/{app}/protection/budgets'>['items'][number]

export type BlockedFilters = Omit<Routes['GET /api/v1/applications/{app}/protection/blocked']['query'], 'cursor'>
export type BlockedGroups = Answer<'GET /api/v1/applications/{app}/protection/blocked'>
export type BlockedGroup = BlockedGroups['groups'][number]
export type BlockedRequests = Answer<'GET /api/v1/applications/{app}/protection/blocked-requests'>
export type BlockedRequest = Answer<'GET /api/v1/applications/{app}/protection/blocked/{event}'>
export type BlockedFinding = BlockedRequest['findings'][number]
export type EvidenceStep = BlockedFinding['steps'][number]
export type ProposedException = NonNullable<BlockedFinding['exception']>
export type NewException = Body<'POST /api/v1/applications/{app}/protection/exceptions'>
export type ProtectionException = Answer<'POST /api/v1/applications/{app}/protection/exceptions'>
export interface Learned {
  readonly learning: boolean
  readonly since: string | null
  readonly updatedAt: string | null
  readonly observed: number
  readonly document: Readonly<Record<string, unknown>>
  readonly operations: readonly {
    readonly operation: string
    readonly count: number
    readonly confidence: 'low' | 'medium' | 'high'
    readonly change: 'new' | 'wider' | 'same'
  }[]
  readonly differences: readonly {
    readonly operation: string
    readonly what: string
    readonly at: string
    readonly says: string
  }[]
}
