import { type Acr, isAtLeast } from '../../../platform/assurance.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Authenticate, Caller, CallerSession } from '../../../platform/ports.ts'
import { scopesOf } from '../clients/scopes.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { defaultIdentifier } from '../resources/index.ts'
import { manageScope, ownApplication } from '../resources/own-api.ts'
import { findConsent } from '../store/consents.ts'
import { findLiveToken, type LiveToken } from '../store/tokens.ts'
import { type TokenClaims, verifyToken } from './presented.ts'

type Deps = Pick<FlushDeps, 'signingKeys' | 'publicUrl' | 'clock' | 'database' | 'directory' | 'clients' | 'sessions'>

/**
 * Access tokens that were issued for this API (RFC 6750, section 2.1) are taken in place of keys and cookies: of a service that acts by
 * itself, and of a person whose client may stand for them here. One that is bound to a key is not, since nobody asks for the proof.
 */
export function createTokenAuthenticate(deps: Deps, otherwise: Authenticate): Authenticate {
  return async (presented, source) => {
    if (presented.kind !== 'bearer' || presented.secret.split('.').length !== 3) return otherwise(presented, source)
    const now = deps.clock.now()
    const claims = verifyToken(deps, presented.secret, now)
    // The bootstrap token may be of any shape.
    if (claims === undefined) return otherwise(presented, source)
    if (claims.cnf !== undefined) return 'invalid'
    const token = await deps.database.asSystem((tx) => findLiveToken(tx, claims.jti, now))
    if (token === null) return 'invalid'
    const isOfService = claims.principal_type === 'Service'
    const read = async (tx: Transaction): Promise<Caller | 'invalid'> => {
      const expected = await defaultIdentifier(tx, ownApplication, token.tenant)
      if (claims.aud !== expected && !(isOfService && claims.aud === deps.publicUrl)) return 'invalid'
      return (isOfService ? ofService : ofPerson)(tx, deps, claims, token)
    }
    return deps.database.asTenant(token.tenant, read, 'read')
  }
}

type Of = (tx: Transaction, deps: Deps, claims: TokenClaims, token: LiveToken) => Promise<Caller | 'invalid'>

const ofService: Of = async (tx, { directory }, { sub: id }) => {
  const principal = { type: 'Service', id }
  const service = await directory.principal(tx, principal)
  if (service === null) return 'invalid'
  const { tenant, name, groups, application } = service
  return { tenant, principal, name, groups, credential: 'access-token', session: null, application }
}

/**
 * A client that an operator let reach this API, and to which its person said that it may stand for them here. What a client got on behalf of
 * somebody for another application opens nothing here, and neither does what outlives the sign-in, was exchanged for, or was given unasked.
 */
const ofPerson: Of = async (tx, { clients, directory, sessions, clock }, claims, token) => {
  const { sub: id, client_id, aud, scope } = claims
  const client = await clients.find(client_id)
  const may = client?.origin === 'operator' && client.consent === 'ask' && client.tenant === token.tenant
  if (!may || token.exchanged || token.session === null) return 'invalid'
  const agreed = await findConsent(tx, id, client_id)
  // Also to what a client was given before it asked anybody.
  if (![scope, agreed?.resources?.[aud]].every((said) => scopesOf(said)?.has(manageScope.name))) return 'invalid'
  const session = await sessions.signIn(tx, token.session)
  if (session === null || session.pending || session.person !== id || session.tenant !== token.tenant) return 'invalid'
  const shown = shownBy(claims)
  if (shown === undefined || !isAtLeast(shown.acr, session.demanded)) return 'invalid'
  const principal = { type: 'Person', id }
  const person = await directory.principal(tx, principal)
  if (person === null) return 'invalid'
  const { tenant, name, groups } = person
  const { id: signIn, expiresAt } = session
  const own = { ...shown, id: signIn, startedAt: shown.authenticatedAt, lastSeenAt: clock.now(), expiresAt }
  return { tenant, principal, name, groups, credential: 'access-token', session: own, application: null }
}

/**
 * What the person had shown when they let the client have the token, and when (RFC 9470, section 3): what they have shown since was for
 * something else, and a client that waits for it must not have it.
 */
function shownBy(claims: TokenClaims): Pick<CallerSession, 'acr' | 'amr' | 'authenticatedAt'> | undefined {
  const {
    acr,
    amr,
    auth_time: seconds,
  } = claims as {
    readonly acr?: Acr
    readonly amr?: readonly string[]
    readonly auth_time?: number
  }
  if (acr === undefined || amr === undefined || seconds === undefined) return undefined
  return { acr, amr, authenticatedAt: new Date(seconds * 1000) }
}
