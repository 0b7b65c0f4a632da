import { SCOPE_LONGEST, SCOPES_MOST } from '@holdfast/bundle'

/** What OpenID Connect Core section 5.4 names, with ours: groups and roles. */
export const openIdScopes = ['openid', 'profile', 'email', 'groups', 'roles', 'offline_access'] as const

/** Which scope stands for what is told of a person (OpenID Connect Core, section 5.4). */
const scopeOfClaim: Readonly<Record<string, string>> = {
  name: 'profile',
  email: 'email',
  email_verified: 'email',
  groups: 'groups',
  roles: 'roles',
}

/** Whether a client that may ask for these scopes may ask for a claim by its name (section 5.5), which is no way around them. */
export function mayClaim(scopes: ReadonlySet<string>, claim: string): boolean {
  const scope = scopeOfClaim[claim]
  return scope === undefined || scopes.has(scope)
}

/** @returns the words of a scope; undefined when none was said, which is no limit */
export function scopesOf(text: string | undefined): ReadonlySet<string> | undefined {
  return text === undefined || text === '' ? undefined : new Set(text.split(' '))
}

/** @returns what is wrong with a scope of which no access token could be made that anybody takes */
export function scopeProblem(text: string): string | undefined {
  return text.length > SCOPE_LONGEST || text.split(' ').length > SCOPES_MOST
    ? `at most ${SCOPES_MOST} scopes and ${SCOPE_LONGEST} characters, which is what fits into an access token`
    : undefined
}
