import {
  type AccessToken,
  type ClientCredentials,
  errors,
  type JWTStructured,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { addSeconds } from '../../../platform/clock.ts'
import { openIdScopes } from '../clients/index.ts'
import { buffer, type IssuedToken, type TokenAssurance } from '../provider/buffer.ts'
import type { FlushDeps } from '../provider/flush.ts'

type Token = AccessToken | ClientCredentials

const isOfPerson = (token: Token): token is AccessToken => token.kind === 'AccessToken'

/**
 * What our access tokens say beside RFC 9068, section 2.2: as what the subject is known in the directory, with which session and
 * how well they were recognised, and up to which change of rules the token is for.
 */
export async function extraClaims(
  deps: FlushDeps,
  ctx: KoaContextWithOIDC | undefined,
  token: Token,
): Promise<Record<string, unknown>> {
  const held = buffer()
  const client = held.clients.get(token.clientId ?? '')
  const epoch = client === undefined ? undefined : await deps.epochOf(client.tenant, client.application)
  if (!isOfPerson(token)) return serviceClaims(epoch)
  const { acr, amr, authTime, act } = assuranceOfToken(ctx, token)
  return { principal_type: 'Person', epoch, sid: sidOf(token), acr, amr, auth_time: authTime, act }
}

/** Of a token that a client got for itself. */
export function serviceClaims(epoch: number | undefined): Record<string, unknown> {
  return { principal_type: 'Service', epoch }
}

/** The sign-in, as ID and logout tokens name it (OpenID Connect Back-Channel Logout 1.0, section 2.4); none where the token outlives that. */
function sidOf(token: AccessToken): string | undefined {
  return buffer().grantSessions.get(token.grantId ?? '') ?? undefined
}

/** Said of the token, or read off what it is made of: a code, a refresh token, a device code. */
function assuranceOfToken(ctx: KoaContextWithOIDC | undefined, token: AccessToken): TokenAssurance {
  const said = buffer().assurances.get(token)
  if (said !== undefined) return said
  const source =
    ctx?.oidc.entities.RefreshToken ?? ctx?.oidc.entities.AuthorizationCode ?? ctx?.oidc.entities.DeviceCode
  const { acr, amr, authTime } = source ?? {}
  return { acr, amr, authTime }
}

/**
 * A service acts as itself in the directory, and not as the name of its client. And whom a person has only told who they are gets a token
 * for asking that, and for no application: there it would stand for all that the person may.
 */
export function nameSubject(
  { publicUrl }: Pick<FlushDeps, 'publicUrl'>,
  token: Token,
  structured: JWTStructured,
): void {
  if (isOfPerson(token)) {
    if (!mayAct(token)) structured.payload['aud'] = publicUrl
    return
  }
  const service = buffer().clients.get(token.clientId ?? '')?.service
  if (service === null || service === undefined) {
    throw new errors.UnauthorizedClient('the service as which the client acted is gone')
  }
  structured.payload['sub'] = service
}

/** An operator's own client may, and another where the person agreed to something of the application. */
function mayAct({ clientId, scope }: AccessToken): boolean {
  const about: readonly string[] = openIdScopes
  const given = (scope ?? '').split(' ').some((name) => name !== '' && !about.includes(name))
  return given || buffer().clients.get(clientId ?? '')?.consent !== 'ask'
}

/** What is written down of a token that was just issued. */
export function issued(ctx: KoaContextWithOIDC | undefined, token: Token): IssuedToken {
  const held = buffer()
  const { jti, clientId: client = '', expiration } = token
  const common = {
    jti,
    client,
    audience: [token.aud].flat().join(' '),
    scope: token.scope ?? '',
    expiresAt: addSeconds(held.now, expiration),
  }
  if (!isOfPerson(token)) return issuedToService(common, held.clients.get(client)?.service ?? '')
  const grant = token.grantId ?? null
  const source =
    ctx?.oidc.entities.RefreshToken ?? ctx?.oidc.entities.AuthorizationCode ?? ctx?.oidc.entities.DeviceCode
  return {
    ...common,
    principal: { type: 'Person', id: token.accountId },
    grant,
    session: held.grantSessions.get(grant ?? '') ?? null,
    claims: claimsAtUserinfo(source?.claims),
    grantType: token.gty ?? 'unknown',
  }
}

/** Of a token that a client got for itself. */
export function issuedToService(
  token: Pick<IssuedToken, 'jti' | 'client' | 'audience' | 'scope' | 'expiresAt'>,
  service: string,
): IssuedToken {
  const principal = { type: 'Service', id: service } as const
  return { ...token, principal, grant: null, session: null, claims: null, grantType: 'client_credentials' }
}

/** What can be asked for by name at userinfo (OpenID Connect Core 1.0, section 5.5). */
const askable = ['name', 'email', 'email_verified', 'groups', 'roles', 'acr', 'amr', 'auth_time']

/** Of what the client asked for, names that we know: anybody writes whatever they like into a request. */
function claimsAtUserinfo(asked: object | undefined): object | null {
  const { userinfo } = (asked ?? {}) as { readonly userinfo?: object | null }
  const names = askable.filter((name) => Object.hasOwn(userinfo ?? {}, name))
  return names.length === 0 ? null : { userinfo: Object.fromEntries(names.map((name) => [name, null])) }
}
