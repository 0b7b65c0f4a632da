import { hash } from 'node:crypto'
import {
  type AccessToken,
  type AccessTokenExpectation,
  checkAccessToken,
  TokenError,
  verifyAccessToken,
} from '@holdfast/bundle'
import { LRUCache } from 'lru-cache'
import type { Revocations } from './revocations.ts'
import type { Clock } from './surroundings.ts'

/** Whom to believe at this moment: of the bundle under a live lease. */
export type TrustedTokens = Omit<AccessTokenExpectation, 'now'>

export interface TokenVerifier {
  /**
   * The claims of an access token that holds now. The same object for the same token, for as long as it is remembered.
   * @throws TokenError; `revoked` when it, or its session, has ended before its time
   */
  verify(token: string, trusted: TrustedTokens): AccessToken
}

interface Known {
  readonly kid: string
  /** Of the key by which it was verified. */
  readonly thumbprint: string
  readonly claims: AccessToken
}

/** Of about a kilobyte each. */
const MOST = 10_000

/**
 * Verifies access tokens and remembers, by the SHA-256 of the whole token, that a signature was good: this alone. Whether its key is still
 * believed, whom it is for, its end, and whether it or its session has been revoked is looked up every time.
 */
export function createTokenVerifier({
  revocations,
  clock,
}: {
  readonly revocations: Pick<Revocations, 'has'>
  readonly clock: Clock
}): TokenVerifier {
  const verified = new LRUCache<string, Known>({ max: MOST })

  function recall(token: string, trusted: TrustedTokens, now: number): AccessToken {
    const digest = hash('sha256', token, 'base64')
    const known = verified.get(digest)
    if (known !== undefined && trusted.keys.get(known.kid)?.thumbprint === known.thumbprint) {
      checkAccessToken(known.claims, { issuer: trusted.issuer, audiences: trusted.audiences, now })
      return known.claims
    }
    const { kid, claims } = verifyAccessToken(token, { ...trusted, now })
    verified.set(digest, { kid, thumbprint: trusted.keys.get(kid)?.thumbprint ?? '', claims: Object.freeze(claims) })
    return claims
  }

  return {
    verify: (token, trusted) => {
      const claims = recall(token, trusted, clock.now() / 1000)
      const { sid, jti, iat } = claims
      const since = iat * 1000
      if (revocations.has(sid, since) || revocations.has(jti, since)) {
        throw new TokenError('revoked', 'The token, or the session that it hangs on, has ended.')
      }
      return claims
    },
  }
}
