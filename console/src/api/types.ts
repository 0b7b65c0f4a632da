/** What the control plane's management API (`/api/v1`) says on the wire. Instants are ISO 8601 strings. */
export interface Uid {
  readonly type: string
  readonly id: string
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

export interface Me {
  readonly principal: Uid
  readonly name: string
  readonly email: string | null
  readonly groups: readonly string[]
  readonly session: { readonly id: string; readonly startedAt: string; readonly expiresAt: string } | null
  readonly actions: readonly string[]
  readonly installation: {
    readonly name: string
    readonly version: string
    readonly publicUrl: string
    readonly development: boolean
  }
}

type PersonState = 'active' | 'disabled'

export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly state: PersonState
  readonly groups: readonly string[]
  readonly hasPassword: boolean
  readonly createdAt: string
  readonly lastSignInAt: string | null
}

export interface NewPerson {
  readonly email: string
  readonly name: string
  readonly password?: string
  readonly groups?: readonly string[]
}

export interface PersonChange {
  readonly name?: string
  readonly state?: PersonState
  readonly groups?: readonly string[]
}

export interface Group {
  readonly id: string
  readonly name: string
  readonly parents: readonly string[]
  readonly members: number
}

export interface GroupChange {
  readonly name?: string
  readonly parents?: readonly string[]
}

export interface NewGroup {
  readonly id: string
  readonly name: string
  readonly parents?: readonly string[]
}

interface ServiceKey {
  readonly id: string
  readonly prefix: string
  readonly createdAt: string
  readonly lastUsedAt: string | null
}

export interface Service {
  readonly id: string
  readonly name: string
  readonly application: string | null
  readonly groups: readonly string[]
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly keys: readonly ServiceKey[]
}

export interface NewService {
  readonly name: string
  readonly application?: string
  readonly groups?: readonly string[]
}

export interface ServiceChange {
  readonly name?: string
  readonly groups?: readonly string[]
}

/** What an edge pins: the control plane's public keys, as it wrote them. */
interface Trust {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

export interface CreatedKey {
  readonly key: string
  readonly trust: Trust
}

export interface CreatedService extends CreatedKey {
  readonly service: Service
}

export interface Session {
  readonly id: string
  readonly person: { readonly id: string; readonly name: string; readonly email: string }
  readonly kind: 'sign-in' | 'application'
  readonly application: string | null
  readonly startedAt: string
  readonly lastSeenAt: string
  readonly expiresAt: string
  readonly address: string | null
  readonly userAgent: string | null
  readonly current: boolean
}

export interface Edge {
  readonly service: string
  readonly kind: 'sdk' | 'gateway'
  readonly lastSeenAt: string
  readonly epoch: number
  readonly upToDate: boolean
}

export interface Application {
  readonly id: string
  readonly name: string
  readonly hosts: readonly string[]
  readonly upstream: string | null
  readonly publicPaths: readonly string[]
  readonly epoch: number
  readonly policies: number
  readonly builtin: boolean
  readonly createdAt: string
  readonly edges: readonly Edge[]
}

export interface ApplicationChange {
  readonly name?: string
  readonly hosts?: readonly string[]
  readonly upstream?: string | null
  readonly publicPaths?: readonly string[]
}

export interface NewApplication {
  readonly id: string
  readonly name: string
  readonly hosts?: readonly string[]
  readonly upstream?: string
  readonly publicPaths?: readonly string[]
  readonly schema?: string
}

export interface Schema {
  readonly text: string
  readonly version: number
  readonly updatedAt: string
}

export interface Policy {
  readonly name: string
  readonly text: string
  readonly version: number
  readonly builtin: boolean
  readonly updatedAt: string
  readonly updatedBy: Uid | null
  readonly effect: 'permit' | 'forbid'
}

/** Lines and columns count from 1; offsets from 0. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

export interface Finding {
  /** The policy whose text it is in; null for a schema. */
  readonly policy: string | null
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly help: string | null
  /** Null when the finding is about the whole. */
  readonly start: Position | null
  readonly end: Position | null
}

export interface Validation {
  readonly valid: boolean
  readonly findings: readonly Finding[]
}

export interface EvaluationRequest {
  readonly principal: Uid
  readonly action: string
  readonly resource: Uid
  readonly context?: unknown
  readonly entities?: readonly unknown[]
}

export interface Evaluation {
  readonly decision: 'allow' | 'deny'
  readonly reasons: readonly { readonly policy: string }[]
  readonly errors: readonly { readonly policy: string; readonly message: string }[]
  readonly explanation: {
    readonly text: string
    readonly nearest: { readonly policy: string; readonly failed: string } | null
  }
}

export type Outcome = 'success' | 'refused' | 'failure'

export interface Event {
  readonly id: string
  readonly seq: number | null
  readonly time: string
  readonly kind: string
  readonly outcome: Outcome
  readonly actor: (Uid & { readonly name?: string }) | null
  readonly resource: Uid | null
  readonly application: string | null
  readonly reason: string | null
  readonly source: { readonly address: string | null; readonly userAgent: string | null }
  readonly requestId: string | null
  readonly data: Readonly<Record<string, unknown>>
}

export interface EventPage extends Page<Event> {
  readonly latest: string
}

/** One event with its place in the hash chain; null until the sequencer has given it one. */
export interface EventWithPlace extends Event {
  readonly leaf: string | null
  readonly hash: string | null
  readonly previous: string | null
}

export interface OverviewHour {
  readonly hour: string
  readonly allowed: number
  readonly refused: number
}

export interface OverviewApplication {
  readonly id: string
  readonly name: string
  readonly epoch: number
  readonly edges: number
  readonly lastSeenAt: string | null
}

export interface Overview {
  readonly people: { readonly total: number; readonly active: number; readonly disabled: number }
  readonly sessions: { readonly active: number }
  readonly signIns: { readonly succeeded24h: number; readonly refused24h: number }
  readonly refusals24h: number
  readonly events24h: number
  readonly series: readonly OverviewHour[]
  readonly ledger: { readonly seq: number; readonly hash: string }
  readonly applications: readonly OverviewApplication[]
  readonly controls: { readonly passed: number; readonly failed: number; readonly total: number }
}

export interface Control {
  readonly id: string
  readonly title: string
  readonly statement: string
  readonly mapsTo: readonly { readonly framework: string; readonly ref: string }[]
  readonly status: 'pass' | 'fail' | 'unknown'
  readonly checkedAt: string
  readonly evidence: string
}
