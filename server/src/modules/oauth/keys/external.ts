import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { ExternalSigningKey } from 'oidc-provider'
import type { SigningAlg } from './make.ts'

/**
 * A key that oidc-provider signs with and never sees. node:crypto signs at a quarter of the processor time that the library's
 * WebCrypto takes.
 */
export class TokenKey extends ExternalSigningKey {
  readonly #kid: string
  readonly #alg: SigningAlg
  readonly #public: KeyObject
  readonly #private: KeyObject | null

  /** @param key null for one that signs no longer and is only verified with */
  constructor(kid: string, alg: SigningAlg, publicKey: KeyObject, key: KeyObject | null) {
    super()
    this.#kid = kid
    this.#alg = alg
    this.#public = publicKey
    this.#private = key
  }

  override get kid(): string {
    return this.#kid
  }

  override get alg(): SigningAlg {
    return this.#alg
  }

  override keyObject(): KeyObject {
    return this.#public
  }

  override sign(data: Uint8Array): Uint8Array {
    if (this.#private === null) throw new Error(`the key ${this.#kid} signs no longer`)
    return signWith(this.#alg, this.#private, data)
  }
}

/** @returns a JWS signature: for ES256 the two numbers side by side, not DER (RFC 7518, section 3.4) */
export function signWith(alg: SigningAlg, key: KeyObject, data: Uint8Array): Buffer {
  if (alg === 'EdDSA') return sign(null, data, key)
  const signature = sign('sha256', data, key)
  return alg === 'ES256' ? sideBySide(signature) : signature
}

/**
 * Of OpenSSL's DER (RFC 3279, section 2.2.3) r and s with 32 bytes each. Node would do it when asked for `ieee-p1363`, and take as long
 * again as the signature itself.
 */
function sideBySide(der: Buffer): Buffer {
  const out = Buffer.alloc(64)
  // SEQUENCE, its length, INTEGER, its length: below 128 all of them, so that each is one byte.
  const r = der.subarray(4, 4 + (der[3] ?? 0))
  const s = der.subarray(4 + r.length + 2)
  for (const [number, end] of [
    [r, 32],
    [s, 64],
  ] as const) {
    const digits = number.length > 32 ? number.subarray(number.length - 32) : number
    out.set(digits, end - digits.length)
  }
  return out
}

export function publicOf(jwk: object): KeyObject {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' })
}
