import type { Grant, KoaContextWithOIDC } from 'oidc-provider'
import { mayClaim } from '../clients/index.ts'
import type { Allowed } from '../store/allowed.ts'
import { findConsent } from '../store/consents.ts'
import { reading } from './adapter.ts'
import { buffer } from './buffer.ts'
import type { FlushDeps } from './flush.ts'

/**
 * The grant of this authorization: a family of its own, so that what happens to one sign-in's tokens does not happen to
 * another's. An operator's own client has all that it asks for and may have; another what its person agreed to.
 */
export async function grantFor(deps: FlushDeps, { oidc }: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, account, provider, resourceServers = {} } = oidc
  const found = buffer().clients.get(client?.clientId ?? '')
  if (client === undefined || account === undefined || found === undefined) return undefined
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
  grant.jti = deps.random.id()
  const agreed =
    found.consent === 'skip'
      ? undefined
      : await reading(deps, (tx) => findConsent(tx, account.accountId, client.clientId))
  const may = limits(agreed)
  for (const scope of oidc.requestParamOIDCScopes) {
    if (!found.scopes.has(scope)) grant.rejectOIDCScope(scope)
    else if (may.scope(scope)) grant.addOIDCScope(scope)
  }
  for (const claim of oidc.requestParamClaims) {
    if (!mayClaim(found.scopes, claim)) grant.rejectOIDCClaims([claim])
    else if (may.claim(claim)) grant.addOIDCClaims([claim])
  }
  for (const [identifier, server] of Object.entries(resourceServers)) {
    const asked = [...oidc.requestParamScopes].filter((scope) => server.scopes.has(scope))
    const given = asked.filter((scope) =>
      oidc.requestParamOIDCScopes.has(scope) ? may.scope(scope) : may.ofResource(identifier, scope),
    )
    if (given.length > 0) grant.addResourceScope(identifier, given.join(' '))
  }
  await grant.save()
  return grant
}

/** @param agreed undefined: there is nobody to ask; null: nobody has agreed to anything yet */
function limits(agreed: Allowed | null | undefined) {
  if (agreed === undefined) return { scope: () => true, claim: () => true, ofResource: () => true }
  const words = (text: string | undefined) => new Set(text?.split(' '))
  const scopes = words(agreed?.openid?.scope)
  const claims = new Set(agreed?.openid?.claims)
  return {
    scope: (scope: string) => scopes.has(scope),
    claim: (claim: string) => claims.has(claim),
    ofResource: (identifier: string, scope: string) => words(agreed?.resources?.[identifier]).has(scope),
  }
}
