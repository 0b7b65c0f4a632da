import { type Configuration, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'
import { acrs } from '../../../platform/assurance.ts'
import { guardedFetch, openIdScopes, scopeProblem } from '../clients/index.ts'
import { resumeUrl } from '../interactions/url.ts'
import { extraClaims, nameSubject } from '../tokens/claims.ts'
import { absoluteSeconds, refreshSeconds } from '../tokens/lifetimes.ts'
import { renderError } from '../pages/error-page.ts'
import { accountOf } from './account.ts'
import { createAdapter } from './adapter.ts'
import { buffer } from './buffer.ts'
import { certificateSettings, seesCertificates } from './certificates.ts'
import type { FlushDeps } from './flush.ts'
import { grantFor } from './grant.ts'
import { promptPolicy } from './policy.ts'

/** Cookies that bind a waiting request to its browser: path-scoped, so that tabs do not disturb each other (RFC 6265bis, 4.1.3.1). */
const cookieNames = {
  // Ours is the only session: what oidc-provider would set under this name never leaves (`middleware.ts`).
  session: '__Secure-holdfast-unused',
  interaction: '__Secure-holdfast-interaction',
  resume: '__Secure-holdfast-resume',
} as const

export const unusedCookie: string = cookieNames.session
export const interactionCookie: string = cookieNames.interaction

const routes = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  pushed_authorization_request: '/oauth/par',
  jwks: '/oauth/jwks',
  userinfo: '/oauth/userinfo',
  introspection: '/oauth/introspect',
  revocation: '/oauth/revoke',
  registration: '/oauth/register',
  device_authorization: '/oauth/device/authorize',
  code_verification: '/oauth/device',
  end_session: '/oauth/end-session',
}

/** What the provider is told once it exists, and that cannot change while it does. */
export interface ProviderSecrets {
  /** 32 bytes, the same on every replica (RFC 9449, section 8) */
  readonly dpopNonce: Buffer
}

/** The whole configuration of oidc-provider: nothing of it is left to a default that is weaker than OAuth 2.1. */
export function providerSettings(deps: FlushDeps, secrets: ProviderSecrets): Configuration {
  const { config, signingKeys } = deps
  const cookie = { httpOnly: true, sameSite: 'lax', secure: true, signed: false } as const
  return {
    adapter: createAdapter(deps),
    jwks: { keys: [...signingKeys.current().externals] },
    acrValues: [...acrs],
    scopes: [...openIdScopes],
    claims: {
      // How well and when: said to everybody who asks who somebody is.
      openid: ['sub', 'acr', 'amr', 'auth_time'],
      profile: ['name'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
      roles: ['roles'],
      iss: null,
      sid: null,
    },
    subjectTypes: ['public'],
    responseTypes: ['code'],
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
      ...(seesCertificates(config) ? (['tls_client_auth', 'self_signed_tls_client_auth'] as const) : []),
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'EdDSA', 'RS256'],
      userinfoSigningAlgValues: ['ES256', 'EdDSA', 'RS256'],
      clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519'],
    },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientBasedCORS,
    clockTolerance: 5,
    cookies: { names: cookieNames, long: cookie, short: cookie },
    discovery: {
      prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
      ...(config.clients.registration && { registration_endpoint: `${deps.publicUrl}${routes.registration}` }),
    },
    expiresWithSession: async () => false,
    fetch: guardedFetch(deps.outbound),
    extraTokenClaims: (ctx, token) => extraClaims(deps, ctx, token),
    features: features(deps, secrets),
    findAccount: (ctx, sub) => accountOf(deps, ctx, sub),
    formats: {
      customizers: {
        jwt: (_ctx, token, structured) => nameSubject(deps, token, structured),
      },
    },
    interactions: { policy: promptPolicy(), url: (ctx, interaction) => resumeUrl(ctx, interaction) },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    loadExistingGrant: (ctx) => grantFor(deps, ctx),
    pkce: { required: () => true },
    renderError: (ctx, out) => renderError(ctx, out),
    revokeGrantPolicy: (ctx) => !(ctx.oidc.route === 'revocation' && ctx.oidc.entities.AccessToken !== undefined),
    rotateRefreshToken: () => true,
    routes,
    ttl: {
      AccessToken: config.accessTokenSeconds,
      ClientCredentials: config.accessTokenSeconds,
      AuthorizationCode: config.codeSeconds,
      IdToken: config.idTokenSeconds,
      Interaction: config.requestSeconds,
      DeviceCode: 600,
      Grant: (_ctx, grant) => absoluteSeconds(config, grant.clientId),
      RefreshToken: (_ctx, token) => refreshSeconds(config, token),
      Session: 3_600,
    },
  }
}

function features(deps: FlushDeps, secrets: ProviderSecrets): Configuration['features'] {
  const { config } = deps
  const isFapi = (clientId: string | undefined) =>
    config.fapi2 || buffer().clients.get(clientId ?? '')?.preset === 'fapi2'
  return {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true, nonceSecret: secrets.dpopNonce, requireNonce: () => config.dpopNonce },
    externalSigningSupport: { enabled: true, ack: 'experimental-01' },
    fapi: { enabled: true, profile: (_ctx, client) => (isFapi(client?.clientId) ? '2.0' : undefined) },
    introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => mayIntrospect(client.clientId, token) },
    jwtUserinfo: { enabled: true },
    mTLS: { enabled: seesCertificates(config), ...certificateSettings(config) },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: async (_ctx, client, oneOf) => oneOf?.[0] ?? ownResource(client.clientId),
      getResourceServerInfo: async (ctx, identifier, client) => {
        refuseLongScope(ctx)
        const forItself = ctx.oidc.params?.['grant_type'] === 'client_credentials'
        return resourceServer(config, identifier, client.clientId, forItself)
      },
      useGrantedResource: async () => true,
    },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => mayRevoke(client.clientId, token) },
    rpInitiatedLogout: { enabled: true },
    userinfo: { enabled: true },
  }
}

/** A token is for the application of its client where nothing else is asked for. */
function ownResource(clientId: string): string {
  return buffer().clients.get(clientId)?.resources[0]?.identifier ?? ''
}

/** Before anybody is asked to agree to it: a token with more would be refused wherever it is shown. */
function refuseLongScope({ oidc }: KoaContextWithOIDC): void {
  const { scope = '' } = (oidc.params ?? {}) as { readonly scope?: string }
  const problem = scopeProblem(scope)
  if (problem !== undefined) throw new errors.InvalidScope(problem, scope.slice(0, 100))
}

/** RFC 8707, section 2: a client gets tokens for what it may use, and for nothing that it only names. */
function resourceServer(
  { accessTokenSeconds }: FlushDeps['config'],
  identifier: string,
  clientId: string,
  forItself: boolean,
): ResourceServer {
  const client = buffer().clients.get(clientId)
  const resource = client?.resources.find((each) => each.identifier === identifier)
  if (client === undefined || resource === undefined) throw new errors.InvalidTarget()
  // The scopes of OpenID are about a person: a client that acts for itself has none.
  const scope = [...new Set([...resource.allowed, ...(forItself ? [] : client.scopes)])].join(' ')
  const alg = 'ES256' as const
  return {
    audience: identifier,
    scope,
    accessTokenFormat: 'jwt',
    accessTokenTTL: accessTokenSeconds,
    jwt: { sign: { alg } },
  }
}

/** RFC 7662, section 4: only whom a token is for, or whose it is, learns about it. */
async function mayIntrospect(
  clientId: string,
  token: { clientId?: string | undefined; aud?: unknown },
): Promise<boolean> {
  if (token.clientId === clientId) return true
  const client = buffer().clients.get(clientId)
  if (client === undefined || client.full.token_endpoint_auth_method === 'none') return false
  const own = client.resources.filter(({ application }) => application === client.application)
  return own.some(({ identifier }) => identifier === token.aud)
}

/** RFC 7009, section 2.1: a client revokes what was issued to it. Of what was not it learns nothing. */
async function mayRevoke(clientId: string, token: { clientId?: string | undefined }): Promise<boolean> {
  return token.clientId === clientId
}

/** Browsers may read answers for public clients, from where their redirect URIs are; userinfo, for every client so. */
function clientBasedCORS(
  ctx: KoaContextWithOIDC,
  origin: string,
  client: NonNullable<KoaContextWithOIDC['oidc']['client']>,
): boolean {
  if (origin === 'null') return false
  if (ctx.oidc.route !== 'userinfo' && client.clientAuthMethod !== 'none') return false
  return client.redirectUris?.some((uri) => URL.parse(uri)?.origin === origin) ?? false
}
