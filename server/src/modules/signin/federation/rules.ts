import { emailKey, isEmail } from '../../directory/index.ts'
import type { Upstream } from './provider/provider.ts'
import type { ConnectionSettings } from './settings.ts'

/** The domain of an address as it is compared; null for what is no address. */
export function domainOf(email: string): string | null {
  const key = emailKey(email)
  return isEmail(key) ? key.slice(key.lastIndexOf('@') + 1) : null
}

/** Whether the address is of a domain that the connection may bring. One without domains may bring any. */
export function mayBring({ domains }: Pick<ConnectionSettings, 'domains'>, email: string): boolean {
  const domain = domainOf(email)
  return domain !== null && (domains.length === 0 || domains.includes(domain))
}

/**
 * The address, when it may be taken for theirs. What a provider does not call verified is a text that somebody typed (the
 * "nOAuth" takeovers); a connection may be trusted for its own domains, where an administrator gives out the addresses.
 */
export function verifiedEmail(
  { email, emailVerified }: Pick<Upstream, 'email' | 'emailVerified'>,
  settings: Pick<ConnectionSettings, 'domains' | 'trustEmail'>,
): string | null {
  if (email === null || !isEmail(email)) return null
  const trusted = settings.trustEmail && settings.domains.length > 0 && mayBring(settings, email)
  return emailVerified || trusted ? email : null
}

/** The groups that the connection decides about, and those that these claims give. Unknown values mean nothing. */
export function groupsOf(
  { groups }: Pick<ConnectionSettings, 'groups'>,
  claims: Readonly<Record<string, unknown>>,
): { readonly decided: readonly string[]; readonly given: readonly string[] } {
  if (groups === undefined) return { decided: [], given: [] }
  const value = claims[groups.claim]
  const said = (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string')
  const given = said.flatMap((item) => (Object.hasOwn(groups.map, item) ? [groups.map[item] ?? ''] : []))
  return { decided: [...new Set(Object.values(groups.map))], given: [...new Set(given)] }
}

/** Whether the provider says, in a way that the connection is told to believe, that there were two factors. */
export function hadSecondFactor({ shown }: Pick<Upstream, 'shown'>, { secondFactor }: ConnectionSettings): boolean {
  return shown.some((value) => secondFactor.includes(value))
}
