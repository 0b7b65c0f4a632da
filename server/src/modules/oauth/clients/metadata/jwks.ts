import { createPublicKey } from 'node:crypto'

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/**
 * RFC 7591 section 2: the keys that a client signs with, as a JWK Set (RFC 7517). Public parts only: whoever sends a private one has
 * just given it away, and is told so.
 * @returns what is wrong; undefined when nothing is
 */
export function jwksProblem(keys: readonly Readonly<Record<string, unknown>>[]): string | undefined {
  const kids = new Set<unknown>()
  for (const [at, jwk] of keys.entries()) {
    const secret = secretMembers.find((name) => jwk[name] !== undefined)
    if (secret !== undefined)
      return `keys.${at} holds a private part (${secret}); make a new key and send its public part`
    const kid = jwk['kid']
    if (kid !== undefined && (typeof kid !== 'string' || kids.has(kid)))
      return `keys.${at}.kid is no text, or occurs twice`
    if (kid !== undefined) kids.add(kid)
    const problem = keyProblem(jwk)
    if (problem !== undefined) return `keys.${at} ${problem}`
  }
  return undefined
}

function keyProblem(jwk: Readonly<Record<string, unknown>>): string | undefined {
  const { kty, crv } = jwk
  const known = kty === 'RSA' || (kty === 'EC' && crv === 'P-256') || (kty === 'OKP' && crv === 'Ed25519')
  if (!known) return 'is no RSA, P-256 or Ed25519 key'
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    const bits = key.asymmetricKeyDetails?.modulusLength
    // NIST SP 800-131A: nothing shorter is acceptable for signatures.
    return bits !== undefined && bits < 2048 ? `has ${bits} bits; 2048 are the least` : undefined
  } catch {
    return 'is no valid key'
  }
}
