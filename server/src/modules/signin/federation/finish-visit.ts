import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import { hashSecret } from '../../../platform/random.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import { readTarget, type SignInTarget } from '../flow/target.ts'
import type { BrowserSession } from '../sessions/browser.ts'
import { invitationErrors } from '../invitations/errors.ts'
import { unlessPermitted } from '../invitations/permitted.ts'
import { findInvitation } from '../invitations/store.ts'
import { joinByInvitation } from './by-invitation.ts'
import { subjectKey } from './columns.ts'
import type { FederationTools } from './deps.ts'
import { federationErrors } from './errors.ts'
import { clearVisit, derived, isVisitSecret, setOffer, visitOf } from './journey.ts'
import { linkToSession } from './link.ts'
import { offerToLink } from './offer-to-link.ts'
import { type Provider, type Upstream, UpstreamFailed } from './provider/provider.ts'
import { providerOf } from './providers.ts'
import { redirectUriOf } from './begin-visit.ts'
import type { Connection } from './settings.ts'
import { signInAs, signUp } from './sign-in.ts'
import { findConnection } from './store/connections.ts'
import { useIdentity } from './store/identities.ts'
import { consumeVisit, type Visit } from './store/visits.ts'

export interface Returning {
  readonly read: Read
  readonly work: Work
  readonly source: Source
  readonly now: Date
  readonly headers: Headers
  readonly requestId: string
  readonly tenant: string
  /** the sign-in of this browser until now */
  readonly current: BrowserSession | null
}

/** Somebody who was proved to have an account at a provider, in the browser that set out. */
export interface Arrived {
  readonly connection: Connection
  readonly upstream: Upstream
  readonly subjectKey: Buffer
  readonly visit: Visit
  readonly target: SignInTarget
}

/** What the browser is answered: a path to go on at, with cookies; or that the account may be linked. */
export interface Landing {
  readonly to: string
  readonly cookies: readonly string[]
}
export type Finished =
  | { readonly ok: true; readonly landing: Landing }
  | { readonly ok: false; readonly refused: Refused; readonly eventId: string; readonly cookies: readonly string[] }

/** The browser comes back from a provider. What it brings is used up first, whatever comes of it. */
export async function finishVisit(
  returning: Returning,
  deps: FederationTools,
  connectionId: string,
  answer: URLSearchParams,
): Promise<Finished> {
  const state = answer.getAll('state').length === 1 ? answer.get('state') : null
  const cookies = isVisitSecret(state) ? [clearVisit(state)] : []
  const arrived = await arrive(returning, deps, connectionId, answer, state)
  let eventId = ''
  const outcome = await returning.work(async (tx): Promise<Outcome<Landing>> => {
    if (!arrived.ok) {
      eventId = await recordRefused(tx, connectionId, arrived)
      return arrived.refused
    }
    const landed = await land(tx, deps, returning, arrived.value)
    if (!landed.ok) eventId = tx.recorded.at(-1)?.id ?? (await recordRefused(tx, connectionId, { refused: landed }))
    return landed
  })
  if (!outcome.ok) return { ok: false, refused: outcome, eventId, cookies }
  return { ok: true, landing: { to: outcome.value.to, cookies: [...cookies, ...outcome.value.cookies] } }
}

interface NotArrived {
  readonly ok: false
  readonly refused: Refused
  readonly reason?: string
  readonly detail?: string
}

async function arrive(
  { read, headers, now, source, requestId, tenant }: Returning,
  deps: FederationTools,
  id: string,
  answer: URLSearchParams,
  state: string | null,
): Promise<{ readonly ok: true; readonly value: Arrived } | NotArrived> {
  const stray: NotArrived = { ok: false, refused: refuse(federationErrors.upstream_visit_invalid) }
  const browser = isVisitSecret(state) ? visitOf(headers, state) : undefined
  if (!isVisitSecret(state) || browser === undefined) return stray
  const hashes = { stateHash: hashSecret(state), browserHash: hashSecret(browser) }
  const visit = await deps.units.work({ tenant, actor: null, source, requestId }, (tx) =>
    consumeVisit(tx, { ...hashes, connection: id }, now),
  )
  const found = await read(async (tx) => {
    const connection = await findConnection(tx, id)
    return connection?.enabled === true ? { connection, provider: await providerOf(tx, deps, connection) } : null
  })
  // A connection that leads elsewhere by now: what was begun with the one is not finished with the other.
  if (visit === null || found === null || visit.issuer !== found.connection.issuer) return stray
  const { purpose } = visit
  if (purpose.kind === 'invitation') {
    const invitation = await read((tx) => findInvitation(tx, purpose.invitation))
    const reason = invitation === null ? 'used_or_expired' : await unlessPermitted(read, deps, invitation)
    if (reason !== null) return { ok: false, refused: refuse(invitationErrors.invitation_invalid), reason }
  }
  const target = readTarget(Object.fromEntries(new URLSearchParams(visit.returnTo)), now)
  const journey = {
    state,
    nonce: derived(browser, 'nonce'),
    verifier: derived(browser, 'verifier'),
    redirectUri: redirectUriOf(deps.places.originAt(headers), id),
    anew: target.since !== null,
  }
  const { connection, provider } = found
  const upstream = await redeemed(provider, answer, journey)
  if (upstream instanceof UpstreamFailed) {
    const denied = upstream.reason === 'upstream_denied'
    const error = denied ? federationErrors.upstream_denied : federationErrors.upstream_failed
    const { reason, detail } = upstream
    return { ok: false, refused: refuse(error, { name: connection.name }), reason, detail }
  }
  const { issuer } = connection
  const key = await read((tx) => subjectKey(tx, deps.federationColumns, { issuer, subject: upstream.subject }))
  return { ok: true, value: { connection, upstream, subjectKey: key, visit, target } }
}

async function redeemed(
  provider: Provider,
  answer: URLSearchParams,
  journey: Parameters<Provider['redeem']>[1],
): Promise<Upstream | UpstreamFailed> {
  try {
    return await provider.redeem(answer, journey)
  } catch (error) {
    if (error instanceof UpstreamFailed) return error
    throw error
  }
}

/** Whose the account is, or becomes. That addresses are equal says nothing. */
async function land(tx: Tx, deps: FederationTools, returning: Returning, arrived: Arrived): Promise<Outcome<Landing>> {
  const { connection, subjectKey: key, visit } = arrived
  if (visit.purpose.kind === 'link') return linkToSession(tx, deps, returning, arrived, visit.purpose.session)
  if (visit.purpose.kind === 'invitation') {
    return joinByInvitation(tx, deps, returning, arrived, visit.purpose.invitation)
  }
  const linked = await useIdentity(tx, { connection: connection.id, subjectKey: key, now: returning.now })
  if (linked !== null) return signInAs(tx, deps, returning, arrived, linked.person)
  const signed = await signUp(tx, deps, returning, arrived)
  if (signed !== null) return signed
  const secret = await offerToLink(tx, deps, arrived, returning.now)
  return ok({ to: '/sign-in/connect', cookies: [setOffer(secret)] })
}

async function recordRefused(
  tx: Tx,
  connection: string,
  { refused, reason, detail }: { readonly refused: Refused; readonly reason?: string; readonly detail?: string },
): Promise<string> {
  return tx.record({
    kind: 'upstream.refused',
    outcome: 'refused',
    reason: reason ?? refused.error.code,
    resource: { type: 'Connection', id: connection.slice(0, 63) },
    ...(detail !== undefined && { data: { detail } }),
  })
}
