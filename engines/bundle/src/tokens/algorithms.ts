import { createHash, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto'
import { z } from 'zod'
import { decodeBase64url } from '../base64url.ts'
import { TokenError } from '../errors.ts'

/** RFC 7518 section 3.1 and RFC 8037 section 3.1. Symmetric ones and `none` are not among them, and never will be. */
export type TokenAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

export const TOKEN_ALGORITHMS: readonly TokenAlgorithm[] = ['ES256', 'EdDSA', 'RS256']

interface Named {
  readonly kid: string
  readonly use?: 'sig' | undefined
}

/** A public key that verifies access tokens, as JWK. Never holds a private part. */
export type TokenJwk =
  | (Named & {
      readonly kty: 'EC'
      readonly crv: 'P-256'
      readonly x: string
      readonly y: string
      readonly alg: 'ES256'
    })
  | (Named & { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string; readonly alg: 'EdDSA' })
  | (Named & { readonly kty: 'RSA'; readonly n: string; readonly e: 'AQAB'; readonly alg: 'RS256' })

const bytes = (least: number, most: number) =>
  z.string().refine((text) => {
    const length = decodeBase64url(text)?.length ?? 0
    return length >= least && length <= most
  }, `must be ${least} to ${most} bytes in base64url`)
const named = { kid: z.string().min(1).max(256), use: z.literal('sig').optional() }
const ec = { kty: z.literal('EC'), crv: z.literal('P-256'), x: bytes(32, 32), y: bytes(32, 32) }
const okp = { kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: bytes(32, 32) }
// RFC 7518 section 3.3: 2048 bits or more. Beyond 8192 a verification costs whoever is asked more than whoever asks.
const rsa = { kty: z.literal('RSA'), n: bytes(256, 1024), e: z.literal('AQAB') }

/** Strict: a JWK with a private part is refused, so that none is published by mistake. */
export const TokenJwk: z.ZodType<TokenJwk> = z.discriminatedUnion('kty', [
  z.strictObject({ ...named, ...ec, alg: z.literal('ES256') }),
  z.strictObject({ ...named, ...okp, alg: z.literal('EdDSA') }),
  z.strictObject({ ...named, ...rsa, alg: z.literal('RS256') }),
])

/** A key that came along with a proof: only its public members are read, and one that shows private ones is refused. */
const GivenJwk = z.discriminatedUnion('kty', [z.object(ec), z.object(okp), z.object(rsa)])
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

export interface TokenKey {
  readonly alg: TokenAlgorithm
  readonly key: KeyObject
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string
}

/** By `kid`. */
export type TokenKeys = ReadonlyMap<string, TokenKey>

/**
 * Imports the keys once, for many verifications.
 * @throws Error when two keys share a kid or one is not on its curve
 */
export function prepareTokenKeys(keys: readonly TokenJwk[]): TokenKeys {
  const prepared = new Map<string, TokenKey>()
  for (const { kid, ...jwk } of keys) {
    if (prepared.has(kid)) throw new Error(`Two keys have the id ${kid}.`)
    prepared.set(kid, importKey(jwk))
  }
  return prepared
}

/** The public key of a proof. @throws TokenError `header` */
export function givenKey(jwk: unknown): TokenKey {
  const parsed = GivenJwk.safeParse(jwk)
  if (!parsed.success) throw new TokenError('header', 'The jwk is not a public key of a kind that is accepted.')
  if (PRIVATE.some((member) => Object.hasOwn(jwk as object, member))) {
    throw new TokenError('header', 'The jwk holds a private key.')
  }
  try {
    return importKey(parsed.data)
  } catch {
    throw new TokenError('header', 'The jwk is no key.')
  }
}

type PublicMembers = z.infer<typeof GivenJwk>

function importKey(jwk: PublicMembers): TokenKey {
  // Exactly the members of RFC 7638 section 3.2, in their order.
  const members: JsonWebKey & Record<string, string> =
    jwk.kty === 'EC'
      ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
      : jwk.kty === 'OKP'
        ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x }
        : { e: jwk.e, kty: jwk.kty, n: jwk.n }
  return {
    alg: algorithms[jwk.kty],
    key: createPublicKey({ key: members, format: 'jwk' }),
    thumbprint: createHash('sha256').update(JSON.stringify(members)).digest('base64url'),
  }
}

const algorithms = { EC: 'ES256', OKP: 'EdDSA', RSA: 'RS256' } as const

/**
 * Whether the signature is this key's. The key says by which algorithm, never the token (RFC 8725 section 3.1). ES256 is the 64 bytes of
 * r and s (RFC 7518 section 3.4), not DER.
 */
export function verifySignature({ alg, key }: TokenKey, input: string, signature: Buffer): boolean {
  const data = Buffer.from(input, 'latin1')
  if (alg === 'RS256') return verify('sha256', data, key, signature)
  if (signature.length !== 64) return false
  return alg === 'EdDSA' ? verify(null, data, key, signature) : verify('sha256', data, key, derOf(signature))
}

/**
 * r and s as OpenSSL takes them, ECDSA-Sig-Value of RFC 3279 section 2.2.3. Node makes the same of them when it is asked for `ieee-p1363`,
 * at half of what the verification itself costs.
 */
function derOf(signature: Buffer): Buffer {
  const [r, s] = [integerOf(signature.subarray(0, 32)), integerOf(signature.subarray(32))]
  return Buffer.concat([Buffer.from([0x30, r.length + s.length]), r, s])
}

/** An INTEGER in its shortest form: no leading zeros, but for one where the first bit would be read as a sign. */
function integerOf(bytes: Buffer): Buffer {
  let at = 0
  while (at < bytes.length - 1 && bytes[at] === 0) at += 1
  const value = bytes.subarray(at)
  const sign = (value[0] ?? 0) >= 0x80 ? [0] : []
  return Buffer.concat([Buffer.from([0x02, value.length + sign.length, ...sign]), value])
}
