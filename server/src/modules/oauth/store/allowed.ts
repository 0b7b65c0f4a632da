/** What was allowed, in the form in which oidc-provider keeps it in a grant. */
export interface Allowed {
  readonly openid?: { readonly scope?: string; readonly claims?: readonly string[] }
  /** scopes by resource indicator */
  readonly resources?: Readonly<Record<string, string>>
  /** what was asked for and not given */
  readonly rejected?: object
}

/** Whether it may outlive the sign-in (OpenID Connect Core 1.0, section 11). */
export function isOffline({
  openid,
}: {
  readonly openid?: { readonly scope?: string | undefined } | undefined
}): boolean {
  return openid?.scope?.split(' ').includes('offline_access') ?? false
}
