import { claimsToBeOf, isSecret } from '@holdfast/bundle'
import { type Cookies, refusal, type Refusal, type RequestHead } from '@holdfast/sdk/edge/guard'

export type Presented =
  /** A cookie goes along without the page's doing: such a request must prove that it comes from the same site. */
  | { readonly by: 'cookie' | 'bearer'; readonly credential: string }
  /** An access token. */
  | { readonly by: 'token'; readonly scheme: 'Bearer' | 'DPoP'; readonly token: string }

export interface Credentials {
  readonly presented: Presented | null
  /** The Authorization and DPoP fields as they go on to the upstream, or null. */
  readonly authorization: string | null
  readonly dpop: string | null
}

export interface CredentialOptions {
  /** Of the access tokens that are ours to verify. */
  readonly issuer: string
  /** Whether the upstream gets to see them. */
  readonly forwardTokens: boolean
}

/**
 * Finds the credential of a request: `Authorization: Bearer hfs_...|hfk_...`, or an access token of our issuer as Bearer or DPoP, else the
 * session cookie. An Authorization of another kind is the application's own affair and goes on; one that holds a secret of ours never
 * does.
 * @returns `unauthenticated` for one of ours that is not whole, or of a kind that is no credential here
 */
export function findCredential(
  { authorization, dpop }: Pick<RequestHead, 'authorization' | 'dpop'>,
  { session }: Pick<Cookies, 'session'>,
  { issuer, forwardTokens }: CredentialOptions,
): Credentials | Refusal {
  if (authorization !== null) {
    const [, scheme = '', token = ''] = /^(bearer|dpop) +(\S+)\s*$/i.exec(authorization) ?? []
    const bearer = scheme.toLowerCase() === 'bearer'
    if (bearer && (isSecret('session', token) || isSecret('serviceKey', token))) {
      return { presented: { credential: token, by: 'bearer' }, authorization: null, dpop: null }
    }
    if (/(?:^|[\s,="])hf[a-z]_/.test(authorization)) {
      return refusal('unauthenticated', 'This is not a credential for an application.')
    }
    if (token !== '' && claimsToBeOf(token, issuer)) {
      const presented: Presented = { by: 'token', scheme: bearer ? 'Bearer' : 'DPoP', token }
      return forwardTokens ? { presented, authorization, dpop } : { presented, authorization: null, dpop: null }
    }
  }
  const presented: Presented | null =
    session !== null && isSecret('session', session) ? { credential: session, by: 'cookie' } : null
  return { presented, authorization, dpop }
}
