/** What OpenID Connect Core section 5.4 names, with ours: groups and roles. */
export const openIdScopes = ['openid', 'profile', 'email', 'groups', 'roles', 'offline_access'] as const

/** @returns the words of a scope; undefined when none was said, which is no limit */
export function scopesOf(text: string | undefined): ReadonlySet<string> | undefined {
  return text === undefined || text === '' ? undefined : new Set(text.split(' '))
}
