import { createHash } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import type { Clock } from '../../../../platform/clock.ts'
import type { Outbound } from '../../../../platform/outbound/resolve.ts'
import { type Journey, type Provider, type Upstream, UpstreamFailed } from './provider.ts'
import { guardedFetch } from './transport.ts'

/** Signatures that id_tokens may have; `none` and keyed hashes are not among them. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** OpenID Connect Core, section 3.1.3.7, rule 10: an id_token that was made for this sign-in is young. */
const oldestSeconds = 600
const skewSeconds = 60

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
  readonly scopes: readonly string[]
}

/** Kept between sign-ins, so that not each asks for metadata and keys. */
export interface Known {
  readonly at: number
  readonly server: oauth.AuthorizationServer
  readonly keys: oauth.JWKSCacheInput
}

export interface Surroundings {
  readonly clock: Clock
  readonly outbound: Outbound
  /** by issuer */
  readonly known: {
    get(issuer: string): Known | undefined
    set(issuer: string, known: Known): unknown
  }
}

const keptMilliseconds = 10 * 60_000

/** OpenID Connect: the code flow with PKCE, state and nonce, by oauth4webapi; every answer and its signature verified. */
export function createOidcProvider(settings: OidcSettings, surroundings: Surroundings): Provider {
  const { clock, outbound, known } = surroundings
  const issuer = new URL(settings.issuer)
  const client: oauth.Client = { client_id: settings.clientId }
  const options = {
    [oauth.customFetch]: guardedFetch(outbound),
    // What may be reached without TLS is decided by the guard.
    [oauth.allowInsecureRequests]: outbound.allowPrivate && issuer.protocol === 'http:',
  }

  async function discover(): Promise<Known> {
    const now = clock.now().getTime()
    const had = known.get(settings.issuer)
    if (had !== undefined && now - had.at < keptMilliseconds) return had
    const answer = await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oidc' })
    const found = await oauth.processDiscoveryResponse(issuer, answer)
    const offered = found.id_token_signing_alg_values_supported ?? ['RS256']
    const server = {
      ...found,
      id_token_signing_alg_values_supported: offered.filter((alg) => algorithms.includes(alg)),
    }
    const fresh: Known = { at: now, server, keys: {} }
    known.set(settings.issuer, fresh)
    return fresh
  }

  function authentication({ token_endpoint_auth_methods_supported: methods }: oauth.AuthorizationServer) {
    if (settings.clientSecret === null) return oauth.None()
    // RFC 6749, section 2.3.1: the secret is encoded before it is put into the header, which not every provider undoes.
    return methods?.includes('client_secret_post') === true
      ? oauth.ClientSecretPost(settings.clientSecret)
      : oauth.ClientSecretBasic(settings.clientSecret)
  }

  async function redeem(answer: URLSearchParams, journey: Journey): Promise<Upstream> {
    const { server, keys } = await discover()
    // Refuses an answer whose `iss` is another's, or that lacks it where the provider promises one: RFC 9207.
    const parameters = oauth.validateAuthResponse(server, client, answer, journey.state)
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication(server),
      parameters,
      journey.redirectUri,
      journey.verifier,
      options,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: journey.nonce,
      requireIdToken: true,
      ...(journey.anew === true && { maxAge: oldestSeconds }),
    })
    await oauth.validateApplicationLevelSignature(server, response, { ...options, [oauth.jwksCache]: keys })
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    if (claims === undefined) throw new UpstreamFailed('upstream_invalid', 'there is no id_token')
    const age = clock.now().getTime() / 1000 - claims.iat
    if (age > oldestSeconds || age < -skewSeconds)
      throw new UpstreamFailed('upstream_invalid', 'the id_token is not of now')
    if (claims['email'] !== undefined || server.userinfo_endpoint === undefined) return upstreamOf(claims)
    // It does not put the address into the id_token; what it says beside it must be of the same subject.
    const asked = await oauth.userInfoRequest(server, client, tokens.access_token, options)
    const more = await oauth.processUserInfoResponse(server, client, claims.sub, asked)
    return upstreamOf({ ...more, ...claims })
  }

  return {
    authorize: (journey) =>
      believed(async () => {
        const { server } = await discover()
        if (server.authorization_endpoint === undefined)
          throw new UpstreamFailed('upstream_invalid', 'no authorization endpoint')
        const url = new URL(server.authorization_endpoint)
        // A browser is sent there: no other schemes.
        if (url.protocol !== 'https:' && url.protocol !== 'http:') {
          throw new UpstreamFailed('upstream_invalid', 'the authorization endpoint is no web address')
        }
        const query = {
          response_type: 'code',
          client_id: settings.clientId,
          redirect_uri: journey.redirectUri,
          scope: ['openid', ...settings.scopes.filter((scope) => scope !== 'openid')].join(' '),
          state: journey.state,
          nonce: journey.nonce,
          code_challenge: challengeOf(journey.verifier),
          code_challenge_method: 'S256',
          ...(journey.hint !== undefined && { login_hint: journey.hint }),
          ...(journey.anew === true && { prompt: 'login', max_age: '0' }),
        }
        for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
        return url
      }),
    redeem: (answer, journey) => believed(() => redeem(answer, journey)),
    probe: () =>
      believed(async () => {
        const { server } = await discover()
        if (server.jwks_uri === undefined || server.token_endpoint === undefined) {
          throw new UpstreamFailed('upstream_invalid', 'the metadata lack jwks_uri or token_endpoint')
        }
        const answer = await options[oauth.customFetch](server.jwks_uri, {
          method: 'GET',
          headers: {},
          body: undefined,
          redirect: 'manual',
        })
        const keys: unknown = answer.status === 200 ? await answer.json() : null
        const has = typeof keys === 'object' && keys !== null && 'keys' in keys && Array.isArray(keys.keys)
        if (!has) throw new UpstreamFailed('upstream_invalid', 'the keys cannot be read')
      }),
  }
}

/** RFC 7636, section 4.2. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

/** Whatever does not hold becomes one kind of failure. The messages are the library's own, without values. */
async function believed<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw failureOf(error)
  }
}

function failureOf(error: unknown): UpstreamFailed {
  if (error instanceof UpstreamFailed) return error
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    const code = /^[a-z_]{1,60}$/.test(error.error) ? error.error : 'unknown'
    const reason = code === 'access_denied' ? 'upstream_denied' : 'upstream_error'
    return new UpstreamFailed(reason, `the provider answered ${code}`, { cause: error })
  }
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
    const cause = error.cause instanceof UpstreamFailed ? error.cause : undefined
    return cause ?? new UpstreamFailed('upstream_invalid', error.message, { cause: error })
  }
  const message = error instanceof Error ? error.name : 'unknown'
  return new UpstreamFailed('upstream_invalid', message, { cause: error })
}

function upstreamOf(claims: Readonly<Record<string, unknown>> & { readonly sub: string }): Upstream {
  const email = textOf(claims['email'])
  const { acr, amr } = claims
  return {
    subject: claims.sub,
    email,
    // Some providers write it as a text.
    emailVerified: claims['email_verified'] === true || claims['email_verified'] === 'true',
    name: textOf(claims['name']),
    label: email ?? textOf(claims['preferred_username']) ?? claims.sub.slice(0, 64),
    shown: [acr, ...(Array.isArray(amr) ? amr : [])].filter((value): value is string => typeof value === 'string'),
    claims,
  }
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 800 ? value : null
}
