import type { FoundClient } from '../clients/index.ts'
import type { Allowed } from '../store/allowed.ts'

/** What a scope lets a client do, for whoever is asked. */
const ofScopes: Readonly<Record<string, string>> = {
  openid: 'Know that it is you',
  profile: 'See your name',
  email: 'See your e-mail address',
  groups: 'See which groups you are in',
  roles: 'See which roles you have in the application',
  offline_access: 'Stay connected when you are not signed in',
}

/** @returns a line for each thing that is asked for, those of OpenID Connect first */
export function linesOf({ openid, resources = {} }: Allowed, client: FoundClient): string[] {
  const scopes = (openid?.scope ?? '').split(' ').filter((scope) => scope !== '')
  const claims = openid?.claims ?? []
  return [
    ...scopes.map((scope) => ofScopes[scope] ?? scope),
    ...(claims.length === 0 ? [] : [`See: ${claims.join(', ')}`]),
    ...Object.entries(resources).flatMap(([identifier, wanted]) => {
      const known = client.resources.find((resource) => resource.identifier === identifier)?.scopes ?? []
      return wanted.split(' ').map((name) => known.find((scope) => scope.name === name)?.description ?? name)
    }),
  ]
}

/** What was allowed before and what is allowed now, together. */
export function together(before: Allowed | null, now: Allowed): Allowed {
  const words = (...texts: (string | undefined)[]) =>
    [...new Set(texts.flatMap((text) => (text ?? '').split(' ')).filter((word) => word !== ''))].join(' ')
  const identifiers = Object.keys({ ...before?.resources, ...now.resources })
  return {
    openid: {
      scope: words(before?.openid?.scope, now.openid?.scope),
      claims: [...new Set([...(before?.openid?.claims ?? []), ...(now.openid?.claims ?? [])])],
    },
    resources: Object.fromEntries(
      identifiers.map((identifier) => [
        identifier,
        words(before?.resources?.[identifier], now.resources?.[identifier]),
      ]),
    ),
  }
}
