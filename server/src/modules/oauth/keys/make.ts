import { createHash, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { TokenJwk } from '@holdfast/bundle'

/** What tokens may be signed with: RFC 7518 section 3.1, RFC 8037 section 3.1. The first is the default. */
export const algorithms = ['ES256', 'EdDSA', 'RS256'] as const
export type SigningAlg = (typeof algorithms)[number]

/** A public key as it is published (RFC 7517): never with its private part. */
export type PublicTokenJwk = TokenJwk

export interface MadeKey {
  readonly jwk: PublicTokenJwk
  readonly privateKey: KeyObject
}

const make = promisify(generateKeyPair)

/** Outside of any transaction: an RSA key takes a good part of a second. */
export async function makeKey(alg: SigningAlg): Promise<MadeKey> {
  const { privateKey } = await pair(alg)
  return { jwk: publicTokenJwk(alg, privateKey), privateKey }
}

function pair(alg: SigningAlg): Promise<{ readonly privateKey: KeyObject }> {
  if (alg === 'ES256') return make('ec', { namedCurve: 'P-256' })
  if (alg === 'EdDSA') return make('ed25519')
  return make('rsa', { modulusLength: 2048 })
}

function publicTokenJwk(alg: SigningAlg, key: KeyObject): PublicTokenJwk {
  const { x = '', y = '', n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' })
  const use = 'sig'
  if (alg === 'ES256') {
    return {
      kty: 'EC',
      crv: 'P-256',
      x,
      y,
      kid: thumbprint(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`),
      alg,
      use,
    }
  }
  if (alg === 'EdDSA') {
    return { kty: 'OKP', crv: 'Ed25519', x, kid: thumbprint(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`), alg, use }
  }
  if (e !== 'AQAB') throw new Error('an RSA key of an odd exponent')
  return { kty: 'RSA', n, e, kid: thumbprint(`{"e":"${e}","kty":"RSA","n":"${n}"}`), alg, use }
}

/** RFC 7638, section 3: the hash of the required members in the order of their names. */
function thumbprint(members: string): string {
  return createHash('sha256').update(members).digest('base64url')
}
