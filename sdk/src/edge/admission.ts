import { type AccessToken, TOKEN_ALGORITHMS, TokenError } from '@holdfast/bundle'
import type { Edge } from './client.ts'
import type { AnyBundle } from './holder.ts'
import type { Possession, Presentation } from './possession.ts'
import type { TrustedTokens } from './tokens.ts'

/** An access token that lets nobody in. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  /** Stable, for the event: `token_expired`, `proof_replayed`, ... */
  readonly reason: string
  /** What the client is told (RFC 6750 section 3.1, RFC 9449 sections 7.1 and 9). */
  readonly error: 'invalid_token' | 'invalid_dpop_proof' | 'use_dpop_nonce'

  constructor(part: 'token' | 'proof', { code, message }: TokenError, error: TokenRefused['error']) {
    super(message)
    this.reason = `${part}_${code}`
    this.error = error
  }
}

/** @throws TokenRefused unless the token holds now and whoever shows it is whom it was issued to */
export function admit(
  edge: Pick<Edge<AnyBundle>, 'verifyToken'>,
  possession: Possession,
  shown: Presentation,
  trusted: TrustedTokens,
): AccessToken {
  const claims = refusing('token', 'invalid_token', () => edge.verifyToken(shown.token, trusted))
  const error = shown.scheme === 'DPoP' ? 'invalid_dpop_proof' : 'invalid_token'
  refusing('proof', error, () => possession.check(claims, shown))
  return claims
}

function refusing<T>(part: 'token' | 'proof', error: TokenRefused['error'], call: () => T): T {
  try {
    return call()
  } catch (thrown) {
    if (!(thrown instanceof TokenError)) throw thrown
    throw new TokenRefused(part, thrown, thrown.code === 'nonce' ? 'use_dpop_nonce' : error)
  }
}

/** Parameters of a challenge, as they are named on the wire. Values hold neither `"` nor `\`. */
export interface ChallengeParameters {
  readonly realm: string
  readonly error?: string | undefined
  readonly error_description?: string | undefined
  readonly scope?: string | undefined
  /** RFC 9470 section 3. */
  readonly acr_values?: string | undefined
  readonly max_age?: number | undefined
  /** RFC 9728 section 5.1. */
  readonly resource_metadata?: string | undefined
}

/** The value of a WWW-Authenticate header field (RFC 9110 section 11.6.1), with the algorithms of proofs where a proof is asked for. */
export function challenge(scheme: Presentation['scheme'], parameters: ChallengeParameters): string {
  const all = { ...parameters, ...(scheme === 'DPoP' && { algs: TOKEN_ALGORITHMS.join(' ') }) }
  const written = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value}"`]))
  return `${scheme} ${written.join(', ')}`
}
