import type { Limiter } from '../../../platform/http/limit.ts'
import type { Told } from '../../../platform/http/told.ts'
import { claim } from '../../../platform/once.ts'
import type { Outbound } from '../../../platform/outbound/resolve.ts'
import type { RecordedEvent, WorkContext } from '../../../platform/ports.ts'
import { hashSecret } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import type { ClientStore } from '../clients/index.ts'
import type { SigningKeys } from '../keys/index.ts'
import { killGrants, killTokens } from '../revoke.ts'
import type { Allowed } from '../store/allowed.ts'
import { consumeArtifact, keepSuccessor, putArtifact, removeArtifact, successorOf } from '../store/artifacts.ts'
import { putAuthorization } from '../store/authorizations.ts'
import type { OauthColumns } from '../store/columns.ts'
import { insertGrant, lockGrant } from '../store/grants.ts'
import { insertToken } from '../store/tokens.ts'
import type { OauthDeps } from '../types.ts'
import type { Artifact, RequestBuffer } from './buffer.ts'

export interface FlushDeps extends OauthDeps {
  readonly columns: OauthColumns
  readonly clients: ClientStore
  readonly signingKeys: SigningKeys
  readonly limiter: Limiter
  readonly told: Told
  /** where clients may have us send requests */
  readonly outbound: Outbound
}

/** What became of the writes of a request. */
export type Flushed =
  | { readonly kind: 'written'; readonly eventId?: string }
  /** a refresh token came once more within its grace: this is what its first use was answered with */
  | { readonly kind: 'repeated'; readonly refreshToken: string; readonly eventId?: string }
  /** somebody else was first, or the family is dead: nothing was made, and the refusal is written */
  | { readonly kind: 'lost'; readonly reason: Lost; readonly eventId?: string }

export type Lost =
  | 'code_used'
  | 'request_used'
  | 'refresh_reused'
  | 'device_code_used'
  | 'replayed'
  | 'revoked'
  | 'ended'

const lostBy = {
  AuthorizationCode: 'code_used',
  RefreshToken: 'refresh_reused',
  PushedAuthorizationRequest: 'request_used',
  DeviceCode: 'device_code_used',
  Interaction: 'request_used',
} as const satisfies Record<string, Lost>

/** Whether there is anything to write. */
export function isEmpty(held: RequestBuffer): boolean {
  return (
    held.events.length + held.replays.length + held.consumed.length + held.issued.length === 0 &&
    held.artifacts.size + held.destroyed.size + held.revokedGrants.size + held.revokedTokens.size === 0
  )
}

/**
 * Writes all that a request holds, in one transaction with its events. What may be used once is used here, at the very
 * moment at which its successor is written; the grant of the family is locked before, so that nothing comes into a family that is
 * being killed.
 */
export async function flush(tx: Tx, deps: FlushDeps, held: RequestBuffer): Promise<Flushed> {
  const lost = held.failed === undefined ? await take(tx, deps, held) : await takeRefused(tx, deps, held)
  const revoked = await revokeHeld(tx, deps, held)
  if (lost !== undefined && lost.kind === 'lost') return lose(tx, deps, held, lost.reason)
  if (held.failed === undefined) await write(tx, deps, held, lost)
  for (const event of held.events) await tx.record(event)
  const eventId = tx.recorded.at(-1)?.id
  return { ...(lost ?? { kind: 'written' }), ...(eventId !== undefined && revoked >= 0 && { eventId }) }
}

type Taken = Exclude<Flushed, { kind: 'written' }> | undefined

/** Locks, then uses up. */
async function take(tx: Tx, deps: FlushDeps, held: RequestBuffer): Promise<Taken> {
  for (const session of sessionsOf(held)) {
    if (!(await deps.sessions.holdSignIn(tx, session))) return { kind: 'lost', reason: 'ended' }
  }
  for (const client of held.clients.values()) {
    if (!(await deps.clients.stillCurrent(tx, client))) return { kind: 'lost', reason: 'revoked' }
  }
  for (const id of grantsOf(held)) {
    const grant = await lockGrant(tx, id)
    if (grant === null || grant.revokedAt !== null) return { kind: 'lost', reason: 'revoked' }
  }
  if (!(await claimReplays(tx, held))) return { kind: 'lost', reason: 'replayed' }
  for (const { kind, id } of held.consumed) {
    if (await consumeArtifact(tx, kind, id, held.now)) continue
    const since = new Date(held.now.getTime() - deps.config.refreshGraceSeconds * 1000)
    const successor = kind === 'RefreshToken' ? await successorOf(tx, deps.columns, id, since) : null
    if (successor === null) return { kind: 'lost', reason: lostBy[kind] }
    return { kind: 'repeated', refreshToken: successor }
  }
  return undefined
}

/**
 * A request that was refused still has used up what it showed. A refresh token it has not: it was good, and something else was not
 * (a resource that nobody knows). Without a successor its next use would look like a thief's.
 */
async function takeRefused(tx: Tx, _deps: FlushDeps, held: RequestBuffer): Promise<Taken> {
  await claimReplays(tx, held)
  for (const { kind, id } of held.consumed) if (kind !== 'RefreshToken') await consumeArtifact(tx, kind, id, held.now)
  return undefined
}

async function claimReplays(tx: Tx, held: RequestBuffer): Promise<boolean> {
  for (const { id, expiresAt } of held.replays) {
    if (!(await claim(tx, { kind: 'oauth-replay', key: hashSecret(id), expiresAt }))) return false
  }
  return true
}

async function revokeHeld(tx: Tx, deps: FlushDeps, held: RequestBuffer): Promise<number> {
  let killed = 0
  for (const [id, reason] of held.revokedGrants) killed += await killGrants(tx, deps, { id }, reason)
  for (const jti of held.revokedTokens) killed += await killTokens(tx, deps, { jti }, 'revoked_by_client')
  return killed
}

/**
 * Somebody used it before. For a code (RFC 6749, section 4.1.2) and for a refresh token outside of its grace (RFC 9700, section
 * 4.14.2) one of the two is a thief, and nobody knows which: what came of it dies, the winner's too.
 */
async function lose(tx: Tx, deps: FlushDeps, held: RequestBuffer, reason: Lost): Promise<Flushed> {
  const stolen = reason === 'code_used' || reason === 'refresh_reused'
  if (stolen) for (const id of grantsOf(held)) await killGrants(tx, deps, { id }, reason)
  const client = [...held.clients.keys()][0]
  const eventId = await tx.record(refusedEvent(client, reason))
  return { kind: 'lost', reason, eventId }
}

async function write(tx: Tx, deps: FlushDeps, held: RequestBuffer, taken: Taken): Promise<void> {
  const used = new Set([...held.artifacts.values()].map(({ payload }) => payload.grantId))
  for (const token of held.issued) used.add(token.grant ?? undefined)
  for (const [id, { payload, expiresAt }] of held.grants) {
    // oidc-provider saves one before it knows whether anything will come of it.
    if (!used.has(id)) continue
    const { accountId: person = '', clientId: client = '', openid, resources, rejected } = payload
    const allowed = { openid, resources, rejected } as Allowed
    const session = held.grantSessions.get(id) ?? null
    const exchangedOf = held.exchangedOf.get(id) ?? null
    const givenIn = held.session?.id ?? session
    await insertGrant(tx, {
      id,
      client,
      person,
      session,
      givenIn,
      allowed,
      createdAt: held.now,
      expiresAt,
      exchangedOf,
    })
  }
  for (const artifact of held.artifacts.values()) {
    if (taken?.kind === 'repeated' && artifact.kind === 'RefreshToken') continue
    await putArtifact(tx, deps.columns, artifact, held.now)
  }
  await keepSuccessors(tx, deps, held, taken)
  for (const token of held.issued) await insertToken(tx, token, held.now)
  if (held.session) {
    const { id: session, person } = held.session
    for (const [client, grant] of held.authorized) {
      if (used.has(grant)) await putAuthorization(tx, { session, client, person, grant }, held.now)
    }
  }
  for (const key of held.destroyed) {
    const [kind = '', id = ''] = key.split(' ')
    await removeArtifact(tx, kind as Artifact['kind'], id)
  }
  for (const token of held.issued) await tx.record(issuedEvent(token))
}

async function keepSuccessors(tx: Tx, deps: FlushDeps, held: RequestBuffer, taken: Taken): Promise<void> {
  const used = held.consumed.find(({ kind }) => kind === 'RefreshToken')
  const next = [...held.artifacts.values()].find(({ kind }) => kind === 'RefreshToken')
  if (used === undefined || next === undefined || taken !== undefined) return
  await keepSuccessor(tx, deps.columns, used.id, next.id)
}

function refusedEvent(client: string | undefined, reason: Lost): RecordedEvent {
  return {
    kind: reason === 'request_used' ? 'oauth.refused' : 'oauth.token_refused',
    outcome: 'refused',
    resource: client === undefined ? null : { type: 'Client', id: client },
    reason,
  }
}

export function issuedEvent({
  jti,
  client,
  grant,
  session,
  principal,
  audience,
  scope,
  grantType,
}: RequestBuffer['issued'][0]): RecordedEvent {
  return {
    kind: 'oauth.token_issued',
    actor: principal,
    resource: { type: 'Token', id: jti },
    data: {
      client,
      audience,
      scope,
      grantType,
      ...(grant !== null && { grant }),
      ...(session !== null && { signIn: session }),
    },
  }
}

/** Families that exist and are written into, in one order. */
function grantsOf(held: RequestBuffer): string[] {
  const artifacts = [...held.artifacts.values()].map(({ payload }) => payload.grantId)
  const ids = [...artifacts, ...held.issued.map(({ grant }) => grant), ...held.exchangedOf.values()]
  return [...new Set(ids)].filter((id): id is string => typeof id === 'string' && !held.grants.has(id)).toSorted()
}

/** Sign-ins on which something new hangs. */
function sessionsOf(held: RequestBuffer): string[] {
  const issued = held.issued.map(({ session }) => session)
  const codes = [...held.artifacts.values()].filter(({ kind }) => kind === 'AuthorizationCode')
  const all = [...issued, ...codes.map(({ payload }) => payload.sessionUid)]
  return [...new Set(all)].filter((id): id is string => typeof id === 'string').toSorted()
}

export function contextOf(held: RequestBuffer, tenant: string): WorkContext {
  const { source, requestId, session } = held
  const actor = session ? { type: 'Person', id: session.person } : null
  return { tenant, actor, source, requestId }
}
