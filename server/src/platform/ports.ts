import type { Acr } from './assurance.ts'
import type { Tx } from './work.ts'

/** A Cedar entity uid in JSON. */
export interface Uid {
  readonly type: string
  readonly id: string
}

/** Who is asking. Everything in it was read from the database, nothing from the request but the credential. */
export interface Caller {
  readonly tenant: string
  readonly principal: Uid
  readonly name: string
  /** groups of which the principal is a direct or indirect member */
  readonly groups: readonly string[]
  readonly credential: 'session' | 'service-key' | 'access-token' | 'bootstrap'
  readonly session: CallerSession | null
  /** the application that a service is bound to */
  readonly application: string | null
}

/** The sign-in by which a person asks. */
export interface CallerSession {
  readonly id: string
  readonly startedAt: Date
  /** before this request */
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  /** what was shown (RFC 8176), what it is worth, and since when all of it */
  readonly amr: readonly string[]
  readonly acr: Acr
  readonly authenticatedAt: Date
  /** Its token is replaced: the Set-Cookie that the answer has to carry. */
  readonly renewed?: string
}

/** A sign-in that shows less than is demanded of it: nobody's, until more is shown. */
export interface PendingSession {
  readonly pending: { readonly id: string; readonly tenant: string; readonly demanded: Acr }
}

/** What was presented, taken from the request but not believed yet. */
export interface Presented {
  readonly kind: 'cookie' | 'bearer'
  readonly secret: string
}

/** What a request says of where it leads, before anybody has looked whose it is. */
export interface Visit {
  readonly path: string
  readonly headers: Headers
  /** of the query, and of the form or JSON body where there is one; a body's own come last */
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * The tenant that a visit is for, by what it leads to: the client that sent it, a one-time link, the name of the host, or
 * `tenant=`. Nothing of another tenant counts in it, whoever the browser is signed in to.
 * @returns null when it says nothing; 'unknown' for one that is not there; 'suspended'
 */
export type TenantOfVisit = (visit: Visit) => Promise<{ readonly tenant: string } | 'unknown' | 'suspended' | null>

/** @returns the caller; 'invalid' when something was presented that does not hold; a sign-in that has to show more first */
export type Authenticate = (presented: Presented, source: Source) => Promise<Caller | PendingSession | 'invalid'>

export interface ResourceRef extends Uid {
  /** Cedar attributes in JSON, read by the backend */
  readonly attributes?: Readonly<Record<string, unknown>>
}

export interface Verdict {
  readonly allowed: boolean
  /** why, in a sentence that the caller may see */
  readonly explanation: string
  /** policies that decided */
  readonly reasons: readonly string[]
}

export type Decide = (caller: Caller, action: string, resource: ResourceRef) => Promise<Verdict>

/**
 * Waits until no edge acts any more on what was before the epoch: each has said that it has it, or has lost its lease.
 * @returns when that was so, by the clock of the database; null when some still may
 */
export type AwaitEffect = (asked: {
  readonly context: WorkContext
  readonly epoch: number
  readonly signal: AbortSignal
}) => Promise<Date | null>

/** Where a request came from. */
export interface Source {
  readonly address: string | null
  readonly userAgent: string | null
}

/** What a module records; who, whence and when is filled in from the unit of work. */
export interface RecordedEvent {
  readonly kind: string
  readonly outcome?: 'success' | 'refused' | 'failure'
  readonly resource?: Uid | null
  readonly application?: string | null
  readonly reason?: string | null
  readonly data?: Readonly<Record<string, unknown>>
  /** only where it is another than the caller (a refused sign-in names the person that it was for) */
  readonly actor?: (Uid & { readonly name?: string }) | null
}

/** Writes an event in the transaction of its change. @returns the event's id */
export type RecordEvent = (tx: Tx, event: RecordedEvent, context: WorkContext) => Promise<string>

/**
 * Writes events of several requests, which share a transaction.
 * @param end asked at the moment of writing, for what sends the last statement of the transaction, where this is it
 * @returns their ids, in their order
 */
export type RecordEvents = (
  tx: Pick<Tx, 'tenant' | 'kysely'>,
  events: readonly { readonly event: RecordedEvent; readonly context: WorkContext }[],
  end?: () => Pick<Tx, 'kysely'>,
) => Promise<readonly string[]>

export interface WorkContext {
  readonly tenant: string
  readonly actor: (Uid & { readonly name?: string }) | null
  readonly source: Source
  readonly requestId: string | null
}
