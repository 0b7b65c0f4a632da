import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { type Acr, acrs, isAtLeast } from '../../../platform/assurance.ts'
import { mayClaim } from '../clients/index.ts'
import type { Allowed } from '../store/allowed.ts'
import { buffer } from './buffer.ts'

const { Check, Prompt, base } = interactionPolicy

/**
 * What stands between a request and its answer: a choice of account, a sign-in that is good and recent enough, and a consent
 * where the client is one that asks for it.
 */
export function promptPolicy(): interactionPolicy.DefaultPolicy {
  const policy = base()
  const login = policy.get('login')
  // Ours knows which levels are above which; the library's wants the very one.
  for (const reason of ['essential_acrs', 'essential_acr']) login?.checks.remove(reason)
  login?.checks.add(
    new Check('acr', 'the person must be recognised better', 'unmet_authentication_requirements', (ctx) => !isMet(ctx)),
  )
  login?.checks.add(
    new Check('session_age', 'the sign-in is older than the client takes', 'login_required', (ctx) => isTooOld(ctx)),
  )
  policy.remove('consent')
  policy.add(new Prompt({ name: 'select_account', requestable: true }), 0)
  const consent = new Prompt(
    { name: 'consent', requestable: true },
    new Check(
      'consent',
      'the person has not agreed',
      'consent_required',
      (ctx) => mustAsk(ctx),
      ({ oidc }) => ({ asked: askedOf(oidc) }),
    ),
  )
  // Whether it was asked for, and means anything here, is seen together with everything else.
  consent.checks.remove('consent_prompt')
  policy.add(consent)
  return policy
}

/** The weakest level that the request accepts; undefined when it names none that we know. */
export function wantedAcr({ oidc }: KoaContextWithOIDC): Acr | undefined {
  const { values = [], value, essential } = oidc.claims.id_token?.['acr'] ?? {}
  const named = [...(value === undefined ? [] : [value]), ...values].filter((acr) => acrs.includes(acr as Acr)) as Acr[]
  if (named.length === 0 && essential === true && (value !== undefined || values.length > 0)) return 'phr'
  return acrs.find((acr) => named.includes(acr))
}

/** RFC 9470, section 4: the session is asked, and not what the person did last. */
function isMet(ctx: KoaContextWithOIDC): boolean {
  const wanted = wantedAcr(ctx)
  if (wanted === undefined) return true
  const { session, result } = ctx.oidc
  if (session?.accountId === undefined) return false
  if (isAtLeast(session.acr as Acr, wanted)) return true
  // They came back from signing in, and have nothing better to show: asked again, they would be asked for ever.
  if (result?.login !== undefined)
    throw new errors.UnmetAuthenticationRequirements('the person cannot show what is wanted')
  return false
}

/** A client may want sign-ins younger than a session may become. */
function isTooOld({ oidc: { client, session, result } }: KoaContextWithOIDC): boolean {
  const longest = buffer().clients.get(client?.clientId ?? '')?.lifetimes.sessionSeconds
  if (longest === null || longest === undefined || session?.accountId === undefined) return false
  return session.past(longest) && result?.login === undefined
}

/** Operators' own clients ask nobody; the others until all that they want was agreed to. */
function mustAsk({ oidc }: KoaContextWithOIDC): boolean {
  const { client, grant, params } = oidc
  if (client === undefined || grant === undefined) return false
  if (buffer().clients.get(client.clientId)?.consent !== 'ask') return false
  // `prompt` asks for it whatever was agreed before, and so does an application that others may pose as (RFC 8252, section 8.6).
  const { prompt = '' } = (params ?? {}) as { readonly prompt?: string }
  const prompted = prompt.split(' ').includes('consent')
  if ((prompted || client.applicationType === 'native') && oidc.result?.consent === undefined) return true
  return missing(oidc).length > 0
}

/** All that is asked for and may be given: what the page of the consent says. */
function askedOf(oidc: KoaContextWithOIDC['oidc']): Allowed {
  const { client, resourceServers = {}, requestParamScopes, requestParamOIDCScopes, requestParamClaims } = oidc
  const may = buffer().clients.get(client?.clientId ?? '')?.scopes ?? new Set<string>()
  const scope = [...requestParamOIDCScopes].filter((name) => may.has(name)).join(' ')
  const resources = Object.entries(resourceServers).map(([identifier, { scopes }]) => {
    const wanted = [...requestParamScopes].filter((name) => scopes.has(name) && !requestParamOIDCScopes.has(name))
    return [identifier, wanted.join(' ')] as const
  })
  return {
    openid: { scope, claims: [...requestParamClaims].filter((claim) => mayClaim(may, claim)) },
    resources: Object.fromEntries(resources.filter(([, wanted]) => wanted !== '')),
  }
}

/** What is asked for and was neither agreed to nor refused. */
function missing(oidc: KoaContextWithOIDC['oidc']): string[] {
  const { grant, resourceServers = {} } = oidc
  if (grant === undefined) return []
  const seen = new Set(grant.getOIDCScopeEncountered().split(' '))
  const claims = new Set([...grant.getOIDCClaimsEncountered(), 'sub', 'sid', 'auth_time', 'acr', 'amr', 'iss'])
  const ofResources = Object.entries(resourceServers).flatMap(([identifier, server]) => {
    const known = new Set(grant.getResourceScopeEncountered(identifier).split(' '))
    const wanted = [...oidc.requestParamScopes].filter((scope) => !oidc.requestParamOIDCScopes.has(scope))
    return wanted.filter((scope) => server.scopes.has(scope) && !known.has(scope))
  })
  return [
    ...[...oidc.requestParamOIDCScopes].filter((scope) => !seen.has(scope)),
    ...[...oidc.requestParamClaims].filter((claim) => !claims.has(claim)),
    ...ofResources,
  ]
}
