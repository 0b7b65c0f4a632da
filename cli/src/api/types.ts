// The shapes of the management API (/api/v1) that the commands read. Described in full at /api/openapi.json.

export interface Uid {
  readonly type: string
  readonly id: string
}

export interface Me {
  readonly principal: Uid
  readonly name: string
  readonly groups: readonly string[]
  readonly session: { readonly id: string } | null
  /** What it may do on the installation as a whole. */
  readonly actions: readonly string[]
  readonly installation: { readonly name: string; readonly version: string; readonly publicUrl: string }
}

export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly state: 'active' | 'disabled'
  readonly groups: readonly string[]
  readonly hasPassword: boolean
  readonly createdAt: string
  readonly lastSignInAt: string | null
}

export interface Group {
  readonly id: string
  readonly name: string
  readonly parents: readonly string[]
  readonly members: number
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

/** A key is shown this once; `trust` holds the control plane's public keys. */
export interface NewKey {
  readonly key: string
  readonly trust: { readonly keys: readonly object[] }
}

export interface NewService extends NewKey {
  readonly service: Service
}

export interface Session {
  readonly id: string
  readonly person: { readonly id: string; readonly name: string; readonly email: string }
  readonly kind: 'sign-in' | 'application'
  readonly application: string | null
  readonly acr: string
  readonly amr: readonly string[]
  readonly requiredAcr: string | null
  readonly startedAt: string
  readonly lastSeenAt: string
  readonly expiresAt: string
  readonly device: { readonly name: string | null; readonly label: string }
  readonly place: string | null
  readonly address: string | null
  readonly userAgent: string | null
  readonly current: boolean
}

export interface Application {
  readonly id: string
  readonly name: string
  readonly hosts: readonly string[]
  readonly upstream: string | null
  readonly upstreams: readonly string[]
  readonly publicPaths: readonly string[]
  /** types whose stored entities travel to SDKs */
  readonly bundledTypes: readonly string[]
  /** Of a request through the gateway. */
  readonly limits: { readonly bodyBytes: number; readonly requestTimeoutMs: number }
  readonly epoch: number
  readonly policies: number
  readonly builtin: boolean
  readonly createdAt: string
  readonly edges: readonly {
    readonly service: string
    readonly kind: 'sdk' | 'gateway'
    readonly lastSeenAt: string
    readonly epoch: number
  }[]
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

interface Place {
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  readonly offset: number
}

export interface Finding {
  /** The policy that it is about; null when it is the schema. */
  readonly policy: string | null
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly help: string | null
  /** In the text of that policy or schema; null when it is about the whole. */
  readonly start: Place | null
  readonly end: Place | null
}

export interface Validation {
  readonly valid: boolean
  readonly findings: readonly Finding[]
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

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

/** RFC 9457 with our extensions. */
export interface Problem {
  /** a URL, of the page about this code */
  readonly type?: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly requestId?: string
  readonly eventId?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
  readonly findings?: readonly Finding[]
}
