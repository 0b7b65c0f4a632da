import { errors, type KoaContextWithOIDC, type Provider, type TokenEndpointGrantContext } from 'oidc-provider'
import { checkDpopReplay, checkDpopRequired, checkMtlsCert, validateDpop } from 'oidc-provider/lib/helpers/grants.js'
import { unixSeconds } from '../../../platform/clock.ts'
import type { FoundClient } from '../clients/index.ts'
import { exchangeGrant } from '../clients/metadata/defaults.ts'
import { assuranceOf, buffer } from '../provider/buffer.ts'
import type { FlushDeps } from '../provider/flush.ts'
import type { Resource } from '../resources/index.ts'
import { accessTokenType, jwtType, type Subject, subjectOf } from './subject.ts'

const parameters = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'audience',
  'resource',
  'scope',
] as const

/** RFC 8693: a token of a person, for a narrower one that is for another audience; only along what is declared on the client. */
export function configureExchange(deps: FlushDeps) {
  return (provider: Provider): void => {
    // Audience and resource may be named more than once: what comes of it is refused by name.
    provider.registerGrantType(exchangeGrant, (ctx) => exchange(deps, ctx), parameters, ['audience', 'resource'])
  }
}

async function exchange(deps: FlushDeps, ctx: TokenEndpointGrantContext): Promise<void> {
  const { provider, client: model } = ctx.oidc
  const held = buffer()
  const client = held.clients.get(model?.clientId ?? '')
  if (client === undefined || model === undefined) throw new errors.InvalidClientAuth('no client')
  if (client.exchange === null) throw new errors.UnauthorizedClient('the client may exchange nothing')
  const { requested_token_type: wanted, actor_token: actor } = ctx.oidc.params ?? {}
  const actorToken = typeof actor === 'string' ? actor : undefined
  if (wanted !== undefined && wanted !== accessTokenType && wanted !== jwtType) {
    throw new errors.InvalidRequest('requested_token_type is none of access_token, jwt')
  }
  const proof = await validateDpop(provider, ctx)
  const certificate = checkMtlsCert(provider, ctx)
  checkDpopRequired(provider, ctx, proof)

  const subject = await subjectOf(deps, ctx, client)
  // What was bound to a key is not made a bearer token on the way.
  if (subject.bound && proof === undefined && certificate === undefined) {
    throw new errors.InvalidRequest('subject_token is bound: show a proof of a key of your own')
  }
  const target = targetOf(ctx, client)
  const scopes = scopesOf(ctx, subject, target)
  const acting = client.exchange.delegation
    ? { act: await actorOf(ctx, client, actorToken, subject) }
    : refuseActor(actorToken)

  const grant = new provider.Grant({ accountId: subject.person, clientId: client.clientId })
  grant.jti = deps.random.id()
  if (scopes.length > 0) grant.addResourceScope(target.identifier, scopes.join(' '))
  await grant.save()
  // It ends with the sign-in, as what it came of does.
  held.grantSessions.set(grant.jti, subject.session)
  held.exchangedOf.set(grant.jti, subject.grant)

  const left = subject.expiresAt - unixSeconds(held.now)
  const expiresIn = Math.min(deps.config.accessTokenSeconds, left)
  if (expiresIn <= 0) throw new errors.InvalidRequest('subject_token is not good')
  const token = new provider.AccessToken({
    accountId: subject.person,
    client: model,
    grantId: grant.jti,
    gty: 'token-exchange',
    expiresIn,
    ...(subject.session !== null && { sessionUid: subject.session, sid: subject.session }),
  })
  // By the clock of the request: by the time that it is saved a second may have gone by, and it would outlive what it came of.
  token.exp = unixSeconds(held.now) + expiresIn
  token.scope = scopes.join(' ')
  token.resourceServer = new provider.ResourceServer(target.identifier, {
    audience: target.identifier,
    scope: scopes.join(' '),
    accessTokenFormat: 'jwt',
    accessTokenTTL: expiresIn,
    jwt: { sign: { alg: 'ES256' } },
  })
  if (certificate !== undefined) token.setThumbprint('x5t', certificate as string)
  if (proof !== undefined) {
    await checkDpopReplay(provider, ctx, proof, client.clientId)
    token.setThumbprint('jkt', proof.thumbprint)
  }
  assuranceOf(token, { acr: subject.acr, amr: subject.amr, authTime: subject.authTime, ...acting })
  ctx.oidc.entity('AccessToken', token)
  const value = await token.save()
  held.events.push({
    kind: 'token.exchanged',
    actor: { type: 'Person', id: subject.person },
    resource: { type: 'Token', id: token.jti },
    application: target.application,
    data: {
      client: client.clientId,
      grant: grant.jti,
      of: subject.grant,
      audience: target.identifier,
      scope: token.scope,
    },
  })
  // RFC 8693, section 2.2.1.
  ctx.body = {
    access_token: value,
    issued_token_type: accessTokenType,
    token_type: token.tokenType,
    expires_in: expiresIn,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  }
}

/** Sections 2.1 and 2.2.2: one target, and one that is declared on the client. */
function targetOf(ctx: KoaContextWithOIDC, client: FoundClient): Resource {
  const { audience, resource } = ctx.oidc.params ?? {}
  const named = [...new Set([audience ?? [], resource ?? []].flat())]
  const [identifier, ...more] = named
  if (typeof identifier !== 'string' || more.length > 0) throw new errors.InvalidTarget('name one audience')
  const target = client.exchangeable.find((each) => each.identifier === identifier)
  if (target === undefined) throw new errors.InvalidTarget('the client may not exchange for this audience')
  return target
}

/** Never more than the subject's token had, of what the target knows; less where less is asked for. */
function scopesOf(ctx: KoaContextWithOIDC, subject: Subject, target: Resource): readonly string[] {
  const had = target.scopes.map(({ name }) => name).filter((name) => subject.scopes.has(name))
  const { scope } = ctx.oidc.params ?? {}
  if (typeof scope !== 'string' || scope === '') return had
  const asked = [...new Set(scope.split(' '))]
  const wider = asked.find((name) => !had.includes(name))
  if (wider !== undefined) throw new errors.InvalidScope('the subject token does not reach as far', wider)
  return asked
}

/** Section 4.1: who acts now, and inside who did before. The client itself, also where it shows a token of its own for that. */
async function actorOf(
  ctx: KoaContextWithOIDC,
  client: FoundClient,
  actorToken: string | undefined,
  subject: Subject,
): Promise<object> {
  if (actorToken !== undefined) {
    const { actor_token_type: type } = ctx.oidc.params ?? {}
    const known = type === accessTokenType || type === jwtType
    const found = known ? await ctx.oidc.provider.ClientCredentials.find(actorToken) : undefined
    if (found?.clientId !== client.clientId || !found.isValid) {
      throw new errors.InvalidRequest('actor_token is no access token that the client was given for itself')
    }
  }
  return {
    sub: client.service ?? client.clientId,
    client_id: client.clientId,
    ...(subject.act !== undefined && { act: subject.act }),
  }
}

function refuseActor(actorToken: string | undefined): object {
  if (actorToken !== undefined) throw new errors.InvalidRequest('the client does not act for others under its own name')
  return {}
}
