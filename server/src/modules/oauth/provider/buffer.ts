import { AsyncLocalStorage } from 'node:async_hooks'
import type { AdapterPayload } from 'oidc-provider'
import type { RecordedEvent, Source } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import type { FoundClient } from '../clients/index.ts'
import type { BrowserSession } from '../types.ts'
import type { Refreshable } from './prefetch.ts'

/** What oidc-provider calls its models, of those that we keep as artefacts. */
export type ArtifactKind =
  | 'AuthorizationCode'
  | 'RefreshToken'
  | 'PushedAuthorizationRequest'
  | 'DeviceCode'
  | 'Interaction'

export interface Artifact {
  readonly kind: ArtifactKind
  /** what its holder has */
  readonly id: string
  readonly payload: AdapterPayload
  readonly expiresAt: Date
}

export interface IssuedToken {
  readonly jti: string
  readonly client: string
  readonly grant: string | null
  readonly session: string | null
  readonly principal: { readonly type: 'Person' | 'Service'; readonly id: string }
  readonly audience: string
  readonly scope: string
  readonly claims: object | null
  readonly grantType: string
  readonly expiresAt: Date
}

/** How well, and when, the person of a token was recognised. */
export interface TokenAssurance {
  readonly acr?: string | undefined
  readonly amr?: readonly string[] | undefined
  /** seconds since 1970 */
  readonly authTime?: number | undefined
  /** who acts for the person (RFC 8693, section 4.1) */
  readonly act?: object | undefined
}

/**
 * What one request writes, before it is written: oidc-provider writes piece by piece and knows no transaction, so all of it
 * is held here and flushed in one unit of work, before the answer leaves. Reads see what is held.
 */
export interface RequestBuffer {
  readonly now: Date
  readonly source: Source
  readonly requestId: string | null
  /** of the client or of the session, whichever was found first; nothing of another tenant is seen from then on */
  tenant: string | undefined
  /** where the caller has a transaction open: it is read and written in that one */
  readonly tx: Tx | undefined
  readonly clients: Map<string, FoundClient>
  /** of the browser; null when it has none that counts; undefined when nobody has looked */
  session: BrowserSession | null | undefined
  readonly artifacts: Map<string, Artifact>
  /** what was read together with the refresh token that was shown */
  refreshable: Refreshable | undefined
  readonly destroyed: Set<string>
  readonly consumed: { readonly kind: ArtifactKind; readonly id: string }[]
  readonly grants: Map<string, { readonly payload: AdapterPayload; readonly expiresAt: Date }>
  /** the sign-in on which each grant that was read or made hangs; null for one that may outlive it */
  readonly grantSessions: Map<string, string | null>
  /** of which grant each one came that was made by an exchange: it does not outlive that one */
  readonly exchangedOf: Map<string, string>
  readonly revokedGrants: Map<string, string>
  readonly issued: IssuedToken[]
  readonly revokedTokens: Set<string>
  /** jti of proofs and assertions that may be seen once (RFC 9449, section 11.1; RFC 7523, section 3) */
  readonly replays: { readonly id: string; readonly expiresAt: Date }[]
  /** at which client the session was used, with which grant */
  readonly authorized: Map<string, string>
  readonly events: RecordedEvent[]
  /** tokens whose introspection or revocation was asked for, by what stands for them inside */
  readonly presented: Map<string, string>
  readonly assurances: WeakMap<object, TokenAssurance>
  /** who asks, as the brakes count them */
  asker: string | undefined
  /** why the request is refused: what it would have made is not made then */
  failed: (Error & { readonly error?: string; readonly error_detail?: string | undefined }) | undefined
}

const current = new AsyncLocalStorage<RequestBuffer>()

export function newBuffer(
  given: Pick<RequestBuffer, 'now' | 'source' | 'requestId'> & { tenant?: string; tx?: Tx },
): RequestBuffer {
  return {
    now: given.now,
    source: given.source,
    requestId: given.requestId,
    tenant: given.tenant,
    tx: given.tx,
    clients: new Map(),
    session: undefined,
    artifacts: new Map(),
    refreshable: undefined,
    destroyed: new Set(),
    consumed: [],
    grants: new Map(),
    grantSessions: new Map(),
    exchangedOf: new Map(),
    revokedGrants: new Map(),
    issued: [],
    revokedTokens: new Set(),
    replays: [],
    authorized: new Map(),
    events: [],
    presented: new Map(),
    assurances: new WeakMap(),
    asker: undefined,
    failed: undefined,
  }
}

export function withBuffer<T>(buffer: RequestBuffer, run: () => Promise<T>): Promise<T> {
  return current.run(buffer, run)
}

/** @throws Error outside of a request: then nobody would write what is held */
export function buffer(): RequestBuffer {
  const found = current.getStore()
  if (found === undefined) throw new Error('oidc-provider is used outside of a request')
  return found
}

export const keyOf = (kind: string, id: string): string => `${kind} ${id}`

/** Says how well the person of a token was recognised, before it is saved: where no code or refresh token says it. */
export function assuranceOf(token: object, assurance: TokenAssurance): void {
  buffer().assurances.set(token, assurance)
}

/** Holds a request to one tenant. @returns false when it is of another */
export function ofTenant(tenant: string): boolean {
  const own = buffer()
  own.tenant ??= tenant
  return own.tenant === tenant
}
