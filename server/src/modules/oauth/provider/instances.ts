import { type AccessToken, type ClientCredentials, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import { issued } from '../tokens/claims.ts'
import { adoptSession } from '../session/model.ts'
import { buffer } from './buffer.ts'
import type { FlushDeps } from './flush.ts'
import { createMiddleware } from './middleware.ts'
import { currentContext } from './route.ts'
import { type ProviderSecrets, providerSettings } from './settings.ts'
import { createWriteTogether } from './together.ts'

export interface Instance {
  readonly provider: Provider
  readonly callback: ReturnType<Provider['callback']>
}

/** What rooms of this module do to each instance: grants of their own, their own features. */
export type Configure = (provider: Provider) => void

/**
 * oidc-provider takes its keys once and for all, so that another set of keys is another instance (panva/node-oidc-provider
 * #651). All that it knows is in the database: requests that are under way end where they began.
 */
export function createInstances(deps: FlushDeps, secrets: ProviderSecrets, configure: readonly Configure[]) {
  let made: (Instance & { readonly generation: number }) | undefined
  const middleware = createMiddleware(deps, createWriteTogether(deps))
  const around: Configure = (provider) => void provider.use(middleware)
  return {
    current(): Instance {
      const { generation } = deps.signingKeys.current()
      if (made?.generation !== generation) made = { ...make(deps, secrets, [...configure, around]), generation }
      return made
    },
  }
}

function make(deps: FlushDeps, secrets: ProviderSecrets, configure: readonly Configure[]): Instance {
  const provider = new Provider(deps.publicUrl, providerSettings(deps, secrets))
  adoptSession(provider)
  adoptClients(provider, deps)
  agreeForOperators(provider)
  nameByUuid(provider, deps)
  hear(provider)
  for (const each of configure) each(provider)
  provider.on('error' as 'server_error', (error: unknown) =>
    deps.onError(error, 'a request at an endpoint of OAuth failed'),
  )
  provider.on('server_error', (_ctx, error) => deps.onError(error, 'a request at an endpoint of OAuth failed'))
  return { provider, callback: provider.callback() }
}

interface ClientModel {
  readonly clientId: string
  readonly grantTypes: readonly string[]
  compareClientSecret(secret: string): Promise<boolean>
  grantTypeAllowed(type: string): boolean
  includeSid(): boolean
}

/** Secrets are kept as hashes, so that they cannot be compared by who only has the metadata. */
function adoptClients(provider: Provider, { clients }: FlushDeps): void {
  const { prototype } = provider.Client as unknown as { prototype: ClientModel }
  prototype.compareClientSecret = function (secret) {
    return clients.verifySecret(this.clientId, secret)
  }
  // RFC 6749, section 5.2, and RFC 8628, section 3.2: a grant that a client may not use is no fault of the request's form.
  prototype.grantTypeAllowed = function (type) {
    if (this.grantTypes.includes(type)) return true
    if (isAsked(type)) throw new errors.UnauthorizedClient('the client may not use this grant type')
    return false
  }
  // Every ID token names its sign-in, so that clients can be told of its end.
  prototype.includeSid = () => true
}

/** Whether it is what the request asks for, and not what something else depends on. */
function isAsked(type: string): boolean {
  const { oidc } = currentContext() ?? {}
  return oidc?.route === 'device_authorization' || (oidc?.route === 'token' && oidc.params?.['grant_type'] === type)
}

/**
 * OpenID Connect Core 1.0, section 11: offline access is given where the person agrees, or on other conditions. Ours is that
 * operators registered the client as one that asks nobody: then it need not ask with `prompt=consent`.
 */
function agreeForOperators(provider: Provider): void {
  const { prototype } = provider.OIDCContext as unknown as {
    prototype: { client?: { clientId: string }; params?: { prompt?: string } }
  }
  Object.defineProperty(prototype, 'prompts', {
    get(this: typeof prototype) {
      const asked = new Set((this.params?.prompt ?? '').split(' ').filter((prompt) => prompt !== ''))
      const found = buffer().clients.get(this.client?.clientId ?? '')
      if (found?.consent === 'skip' && !asked.has('none')) asked.add('consent')
      return asked
    },
  })
}

/** The feed of revocations names UUIDs, of sessions and of tokens. */
function nameByUuid(provider: Provider, { random }: FlushDeps): void {
  for (const model of [provider.AccessToken, provider.ClientCredentials, provider.Grant]) {
    const { prototype } = model as unknown as { prototype: { generateTokenId: (this: object) => string } }
    const { generateTokenId } = prototype
    prototype.generateTokenId = function () {
      // It also decides on the format of a token, which is kept on it.
      if (model !== provider.Grant) generateTokenId.call(this)
      return random.id()
    }
  }
}

type Failure = Error & { error?: string; error_detail?: string }

/** What oidc-provider tells of is written down when the request is flushed. */
function hear(provider: Provider): void {
  const keep = (token: AccessToken | ClientCredentials) => buffer().issued.push(issued(currentContext(), token))
  provider.on('access_token.issued', keep)
  provider.on('client_credentials.issued', keep)
  const fail = (_ctx: KoaContextWithOIDC, error: Failure) => {
    buffer().failed = error
  }
  for (const event of failures) provider.on(event as 'server_error', fail)
  provider.on('authorization.success', ({ oidc }: KoaContextWithOIDC) => {
    const { client, grant, session } = oidc
    if (client === undefined || grant === undefined || session?.accountId === undefined) return
    const held = buffer()
    held.authorized.set(client.clientId, grant.jti)
    held.events.push({
      kind: 'oauth.authorized',
      resource: { type: 'Client', id: client.clientId },
      data: { client: client.clientId, grant: grant.jti, ...(held.session && { signIn: held.session.id }) },
    })
  })
}

const failures = [
  'authorization.error',
  'grant.error',
  'pushed_authorization_request.error',
  'device_authorization.error',
  'introspection.error',
  'revocation.error',
  'userinfo.error',
  'end_session.error',
  'server_error',
] as const
