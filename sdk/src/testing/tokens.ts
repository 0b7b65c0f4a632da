import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import type { TokenJwk } from '@holdfast/bundle'
import type { Account, TestControlPlane } from './control-plane.ts'

/** An ES256 key: of the authorization server, or of a client's proofs. */
export interface TestKey {
  readonly jwk: TokenJwk
  readonly privateKey: KeyObject
  readonly thumbprint: string
  sign(header: object, claims: object): string
}

export function testKey(kid: string = randomUUID()): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' }) as { crv: 'P-256'; kty: 'EC'; x: string; y: string }
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return {
    jwk: { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' },
    privateKey,
    thumbprint: createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url'),
    sign: (header, claims) => {
      const input = `${encode({ alg: 'ES256', ...header })}.${encode(claims)}`
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}

/** An access token (RFC 9068) of this control plane for its application, as its authorization server would sign it. */
export function accessToken(control: TestControlPlane, key: TestKey, account: Account, claims: object = {}): string {
  const iat = control.now()
  const person = account.type === 'Person' ? { sid: 's1', auth_time: iat, acr: 'aal1', amr: ['pwd'] } : {}
  return key.sign(
    { typ: 'at+jwt', kid: key.jwk.kid },
    {
      iss: control.url,
      aud: `urn:holdfast:application:${control.application}`,
      sub: account.id,
      principal_type: account.type,
      client_id: 'app',
      iat,
      exp: iat + 300,
      jti: randomUUID(),
      scope: 'orders:read',
      ...person,
      ...claims,
    },
  )
}

/** A DPoP proof (RFC 9449) for `GET http://shop.test/orders`. */
export function dpopProof(control: TestControlPlane, key: TestKey, token: string, claims: object = {}): string {
  const { kid: _, alg: __, use: ___, ...jwk } = key.jwk
  const ath = createHash('sha256').update(token).digest('base64url')
  const base = { jti: randomUUID(), htm: 'GET', htu: 'http://shop.test/orders', iat: control.now(), ath }
  return key.sign({ typ: 'dpop+jwt', jwk }, { ...base, ...claims })
}
