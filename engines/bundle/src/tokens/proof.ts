import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parseClaims } from '../claims.ts'
import { CLOCK_SKEW } from '../constants.ts'
import { TokenError } from '../errors.ts'
import { givenKey } from './algorithms.ts'
import { openCompact, readCompact } from './compact.ts'

const LONGEST = 4096
/** Seconds for which a proof may be shown; for so long its `jti` has to be remembered. */
export const PROOF_LIFETIME = 60 as const

const Claims = z.object({
  jti: z.string().min(1).max(256),
  htm: z.string().min(1).max(32),
  htu: z.string().min(1).max(8192),
  // RFC 7519 section 2 allows fractions, and some clients send them.
  iat: z.number().nonnegative(),
  ath: z.string().min(1).max(64),
  nonce: z.string().min(1).max(256).optional(),
})

/** The request at which a DPoP proof was shown. */
export interface ProofExpectation {
  readonly method: string
  /** As the client asked for it: scheme, host, path. Query and fragment count for nothing. */
  readonly url: string
  /** The access token beside it. */
  readonly token: string
  /** `cnf.jkt` of that token. */
  readonly thumbprint: string
  /** Seconds since 1970. */
  readonly now: number
}

export interface Proof {
  readonly jti: string
  readonly nonce: string | null
  /** Seconds since 1970 until which it would be accepted, and must be remembered. */
  readonly until: number
}

/**
 * Verifies a DPoP proof at a resource (RFC 9449 section 4.3, with 7.1): the key that the token is bound to has signed this method, this
 * address and this token, a moment ago. That it was not shown before (`jti`), and the server's nonce, are for the caller to check.
 * @throws TokenError `binding` when it is a proof of something else
 */
export function verifyProof(proof: string, { method, url, token, thumbprint, now }: ProofExpectation): Proof {
  const compact = readCompact(proof, LONGEST, ['dpop+jwt'])
  const key = givenKey(compact.header['jwk'])
  if (key.thumbprint !== thumbprint) throw new TokenError('binding', 'The proof is signed with another key.')
  const { jti, htm, htu, iat, ath, nonce = null } = parseClaims(Claims, openCompact(compact, key))
  if (htm !== method) throw new TokenError('binding', 'The proof is for another method.')
  const target = addressOf(url)
  if (target === null || addressOf(htu) !== target) throw new TokenError('binding', 'The proof is for another address.')
  if (ath !== createHash('sha256').update(token, 'latin1').digest('base64url')) {
    throw new TokenError('binding', 'The proof is for another token.')
  }
  if (!(iat <= now + CLOCK_SKEW)) throw new TokenError('not_yet_valid', 'The proof was made in the future.')
  const until = iat + PROOF_LIFETIME + CLOCK_SKEW
  if (!(now < until)) throw new TokenError('expired', 'The proof was made too long ago.')
  return { jti, nonce, until }
}

/** RFC 9449 section 4.3, 9: compared after normalisation (RFC 3986 sections 6.2.2 and 6.2.3), without query and fragment. */
function addressOf(url: string): string | null {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return null
  if (parsed.username !== '' || parsed.password !== '') return null
  return parsed.origin + parsed.pathname
}
