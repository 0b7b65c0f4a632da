import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import type { TokenAlgorithm, TokenJwk } from '../index.ts'

export const NOW = 1_800_000_000
export const ISSUER = 'https://login.example'
export const AUDIENCE = 'urn:holdfast:application:shop'

/** A key of an authorization server, and of a client's DPoP proofs alike. */
export interface Signer {
  readonly alg: TokenAlgorithm
  readonly jwk: TokenJwk
  readonly privateKey: KeyObject
  /** A compact JWS over these very texts, whatever they are. */
  raw(header: string, payload: string): string
}

export const encode = (part: string | object): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

export function makeSigner(alg: TokenAlgorithm, kid: string = randomUUID()): Signer {
  const { privateKey, publicKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : alg === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as TokenJwk
  return {
    alg,
    jwk,
    privateKey,
    raw: (header, payload) => {
      const input = `${encode(header)}.${encode(payload)}`
      return `${input}.${signWith(alg, privateKey, input).toString('base64url')}`
    },
  }
}

function signWith(alg: TokenAlgorithm, key: KeyObject, input: string): Buffer {
  const data = Buffer.from(input)
  if (alg === 'EdDSA') return sign(null, data, key)
  return sign('sha256', data, alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key)
}

export const goodClaims: Readonly<Record<string, unknown>> = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'ben',
  principal_type: 'Person',
  client_id: 'app',
  iat: NOW,
  exp: NOW + 300,
  jti: 'j1',
  scope: 'orders:read orders:write',
  sid: 's1',
  auth_time: NOW - 10,
  acr: 'aal2',
  amr: ['pwd', 'otp'],
  epoch: 7,
}

/** An access token; a claim of undefined is left out. */
export function accessToken(signer: Signer, claims: object = {}, header: object = {}): string {
  const { alg, jwk } = signer
  return signer.raw(
    JSON.stringify({ alg, typ: 'at+jwt', kid: jwk.kid, ...header }),
    JSON.stringify({ ...goodClaims, ...claims }),
  )
}

/** A DPoP proof for a token (RFC 9449 section 4.2). */
export function proof(signer: Signer, token: string, claims: object = {}, header: object = {}): string {
  const { kid: _, alg, use: __, ...jwk } = signer.jwk
  const ath = createHash('sha256').update(token).digest('base64url')
  const base = { jti: randomUUID(), htm: 'GET', htu: 'https://shop.example/orders', iat: NOW, ath }
  return signer.raw(JSON.stringify({ alg, typ: 'dpop+jwt', jwk, ...header }), JSON.stringify({ ...base, ...claims }))
}
