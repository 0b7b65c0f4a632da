import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import type { TokenJwk } from '@holdfast/bundle'

/** An ES256 key: of the authorization server, or of a client's proofs. */
export interface TestKey {
  readonly jwk: TokenJwk
  readonly thumbprint: string
  sign(header: object, claims: object): string
}

export function testKey(kid: string = randomUUID()): TestKey {
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' }) as { crv: 'P-256'; kty: 'EC'; x: string; y: string }
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  return {
    jwk: { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' },
    thumbprint: createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url'),
    sign: (header, claims) => {
      const input = `${encode({ alg: 'ES256', ...header })}.${encode(claims)}`
      return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
    },
  }
}

export const seconds = (): number => Math.floor(Date.now() / 1000)

/** An access token (RFC 9068) for a person at the application `shop`. */
export function accessToken(issuer: string, key: TestKey, claims: object = {}): string {
  const iat = seconds()
  const person = { principal_type: 'Person', sub: 'ben', sid: 's1', auth_time: iat, acr: 'aal1', amr: ['pwd'] }
  const base = { iss: issuer, aud: 'urn:holdfast:application:shop', client_id: 'app', scope: 'orders:read' }
  const whole = { ...base, ...person, iat, exp: iat + 300, jti: randomUUID(), ...claims }
  return key.sign({ typ: 'at+jwt', kid: key.jwk.kid }, whole)
}

/** A DPoP proof (RFC 9449). */
export function dpopProof(key: TestKey, token: string, htu: string, claims: object = {}): string {
  const { kid: _, alg: __, use: ___, ...jwk } = key.jwk
  const ath = createHash('sha256').update(token).digest('base64url')
  return key.sign({ typ: 'dpop+jwt', jwk }, { jti: randomUUID(), htm: 'GET', htu, iat: seconds(), ath, ...claims })
}
