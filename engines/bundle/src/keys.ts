import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { decodeBase64url } from './base64url.ts'

/** A public Ed25519 key as JWK (RFC 8037 section 2), always with a `kid`. Never holds the private part. */
export interface PublicJwk {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  /** The 32 bytes of the key, base64url. */
  readonly x: string
  readonly kid: string
  readonly alg?: 'EdDSA' | undefined
  readonly use?: 'sig' | undefined
}

const shape = {
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().refine((x) => decodeBase64url(x)?.length === 32, 'must be 32 bytes in base64url'),
  kid: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  alg: z.literal('EdDSA').optional(),
  use: z.literal('sig').optional(),
}

/** Strict: a JWK with a private part (`d`) is refused, so that it cannot be stored or passed on by mistake. */
export const PublicJwk: z.ZodType<PublicJwk> = z.strictObject(shape)

/** The key of a gateway in an application's bundle: it may sign identity tokens as `gateway:<service>` and as nobody else. */
export interface GatewayKey extends PublicJwk {
  /** Id of the service (a UUID) that registered the key. */
  readonly service: string
}

export const GatewayKey: z.ZodType<GatewayKey> = z.strictObject({ ...shape, service: z.string().min(1).max(128) })

export interface JwkSet {
  readonly keys: readonly PublicJwk[]
}

export const JwkSet: z.ZodType<JwkSet> = z.object({ keys: z.array(PublicJwk).min(1).max(100) })

/** Keys ready to verify with, by `kid`. */
export type KeySet = ReadonlyMap<string, KeyObject>

/**
 * Imports the keys once, for many verifications.
 * @throws Error when two keys share a kid or one is no Ed25519 key
 */
export function prepareKeys(keys: readonly PublicJwk[]): KeySet {
  const prepared = new Map<string, KeyObject>()
  for (const { kty, crv, x, kid } of keys) {
    if (prepared.has(kid)) throw new Error(`Two keys have the id ${kid}.`)
    prepared.set(kid, createPublicKey({ key: { kty, crv, x }, format: 'jwk' }))
  }
  return prepared
}

/**
 * The public JWK of an Ed25519 key pair or public key, its `kid` the thumbprint of RFC 7638 (members for OKP: RFC 8037 appendix A.3).
 * @throws TypeError for any other kind of key
 */
export function publicJwk(key: KeyObject): PublicJwk {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('An Ed25519 key is needed.')
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
  if (x === undefined) throw new TypeError('An Ed25519 key is needed.')
  const kid = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
  return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' }
}
