import { createHash, createHmac, hash, timingSafeEqual } from 'node:crypto'
import { type AccessToken, CLOCK_SKEW, PROOF_LIFETIME, TokenError, verifyProof } from '@holdfast/bundle'
import type { Clock } from './surroundings.ts'

/** An access token as a request shows it. */
export interface Presentation {
  readonly scheme: 'Bearer' | 'DPoP'
  readonly token: string
  /** Values of the DPoP header field. */
  readonly proofs: readonly string[]
  readonly method: string
  /** The whole address that the client asked for; null when it is not known, and then no proof can be checked. */
  readonly url: string | null
  /** The certificate of the TLS client, DER; null when there is none. */
  readonly certificate: Uint8Array | null
}

/** Whether whoever shows a token is whom it was issued to. */
export interface Possession {
  /**
   * A token that is bound to a key needs a proof by that key (DPoP, RFC 9449), one that is bound to a certificate needs that certificate
   * (RFC 8705 section 3). It is refused as a plain bearer, and one that is not bound is refused as DPoP.
   * @throws TokenError `binding`, `replayed`, `nonce`, or what is wrong with the proof
   */
  check(claims: AccessToken, shown: Presentation): void
  /** What a client must put into its next proof (RFC 9449 section 9); null when none is asked for. */
  nonce(): string | null
}

export interface PossessionOptions {
  readonly clock: Clock
  /** With it every proof must hold a nonce of ours; all replicas of one application need the same. At least 32 characters. */
  readonly nonceSecret?: string | undefined
}

/** Seconds for which a nonce is given out; it is accepted for up to twice as long. */
const NONCE_PERIOD = 60
/** Milliseconds. */
const REMEMBERED = (PROOF_LIFETIME + 2 * CLOCK_SKEW) * 1000
const MOST = 200_000
/** Of one key, so that one client does not use up the room of all. */
const MOST_OF_ONE = 10_000

export function createPossession({ clock, nonceSecret }: PossessionOptions): Possession {
  if (nonceSecret !== undefined && nonceSecret.length < 32) {
    throw new TypeError('The secret of the nonces must have at least 32 characters.')
  }
  const seen = createReplays(clock)
  const nonceAt = (period: number) =>
    createHmac('sha256', nonceSecret ?? '')
      .update(`dpop-nonce ${period}`)
      .digest('base64url')
  const period = () => Math.floor(clock.now() / 1000 / NONCE_PERIOD)

  function checkNonce(nonce: string | null): void {
    if (nonceSecret === undefined) return
    const given = createHash('sha256')
      .update(nonce ?? '')
      .digest()
    const good = [period(), period() - 1].some((each) =>
      timingSafeEqual(given, createHash('sha256').update(nonceAt(each)).digest()),
    )
    if (!good) throw new TokenError('nonce', 'The proof holds no nonce of this server, or an old one.')
  }

  return {
    nonce: () => (nonceSecret === undefined ? null : nonceAt(period())),
    check: ({ cnf }, { scheme, token, proofs, method, url, certificate }) => {
      const thumbprint = cnf?.['x5t#S256']
      if (thumbprint !== undefined) {
        const own = certificate === null ? null : createHash('sha256').update(certificate).digest('base64url')
        if (own !== thumbprint) throw new TokenError('binding', 'The token is bound to another client certificate.')
      }
      if (scheme === 'Bearer') {
        if (cnf?.jkt !== undefined) throw new TokenError('binding', 'The token is bound to a key, and no bearer token.')
        return
      }
      if (cnf?.jkt === undefined) throw new TokenError('binding', 'The token is not bound to a key.')
      const [proof] = proofs
      if (proof === undefined || proofs.length > 1) throw new TokenError('binding', 'One DPoP proof is needed.')
      if (url === null) throw new TokenError('binding', 'The address of the request is not known.')
      const now = clock.now() / 1000
      const { jti, nonce } = verifyProof(proof, { method, url, token, thumbprint: cnf.jkt, now })
      checkNonce(nonce)
      seen.claim(cnf.jkt, jti)
    },
  }
}

/**
 * The proofs that were shown, for as long as one could be shown again. In the memory of this process: with N replicas a proof that was
 * stolen on its way can be used once at each of the others within its minute.
 */
function createReplays(clock: Clock) {
  let recent = new Map<string, Set<string>>()
  let older = new Map<string, Set<string>>()
  let since = clock.monotonic()
  let size = 0
  return {
    /** @throws TokenError `replayed`; also when nothing more can be remembered, since then it cannot be told */
    claim: (thumbprint: string, jti: string): void => {
      const now = clock.monotonic()
      if (now - since >= REMEMBERED) {
        older = now - since >= 2 * REMEMBERED ? new Map() : recent
        recent = new Map()
        since = now
        size = 0
      }
      const key = hash('sha256', jti, 'base64')
      const own = recent.get(thumbprint) ?? new Set()
      if (own.has(key) || older.get(thumbprint)?.has(key) === true) {
        throw new TokenError('replayed', 'The proof has been used already.')
      }
      if (size >= MOST || own.size >= MOST_OF_ONE) {
        throw new TokenError('replayed', 'More proofs are shown than can be remembered. Try again in a minute.')
      }
      own.add(key)
      recent.set(thumbprint, own)
      size += 1
    },
  }
}
