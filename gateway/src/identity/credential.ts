import { isSecret } from '@holdfast/bundle'
import { type Refusal, refusal } from '../refusal/catalogue.ts'
import type { Cookies } from '../request/cookies.ts'

export interface Presented {
  readonly credential: string
  /** A cookie goes along without the page's doing: such a request must prove that it comes from the same site. */
  readonly by: 'cookie' | 'bearer'
}

export interface Credentials {
  readonly presented: Presented | null
  /** The Authorization field as it goes on to the upstream, or null. */
  readonly authorization: string | null
}

/**
 * Finds the credential of a request: `Authorization: Bearer hfs_...|hfk_...`, else the session cookie. An Authorization of
 * another kind is the application's own affair and goes on; one that holds a secret of ours never does.
 * @returns `unauthenticated` for one of ours that is not whole, or of a kind that is no credential here
 */
export function findCredential(authorization: string | null, cookies: Cookies): Credentials | Refusal {
  if (authorization !== null) {
    const token = /^bearer +(\S+)\s*$/i.exec(authorization)?.[1]
    if (token !== undefined && (isSecret('session', token) || isSecret('serviceKey', token))) {
      return { presented: { credential: token, by: 'bearer' }, authorization: null }
    }
    if (/(?:^|[\s,="])hf[a-z]_/.test(authorization)) {
      return refusal('unauthenticated', 'This is not a credential for an application.')
    }
  }
  const { session } = cookies
  const presented: Presented | null =
    session !== null && isSecret('session', session) ? { credential: session, by: 'cookie' } : null
  return { presented, authorization }
}
