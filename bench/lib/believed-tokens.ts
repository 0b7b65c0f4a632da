import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { prepareTokenKeys, type TokenJwk } from '../../engines/bundle/src/index.ts'
import { systemClock } from '../../sdk/src/edge/index.ts'
import { createRevocations } from '../../sdk/src/edge/revocations.ts'
import { createTokenVerifier } from '../../sdk/src/edge/tokens.ts'

/** The verifier of the SDK as `authenticate` uses it, beside a revocation feed with 1,000 ended sessions in it. */
export function believedTokens(count: number) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' } as TokenJwk
  const issuer = 'https://login.example.com'
  const audience = 'urn:holdfast:application:shop'
  const revocations = createRevocations(systemClock)
  for (let ended = 0; ended < 1000; ended++) revocations.add(randomUUID())
  const verifier = createTokenVerifier({ revocations, clock: systemClock })
  const trusted = { issuer, keys: prepareTokenKeys([jwk]), audiences: new Set([audience]) }
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const header = encode({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid })
  const make = () => {
    const iat = Math.floor(Date.now() / 1000)
    const person = { sub: randomUUID(), principal_type: 'Person', sid: randomUUID(), acr: 'aal2', amr: ['pwd', 'otp'] }
    const claims = {
      iss: issuer,
      aud: audience,
      client_id: 'app',
      scope: 'openid orders:read',
      jti: randomUUID(),
      epoch: 7,
    }
    const input = `${header}.${encode({ ...claims, ...person, auth_time: iat, iat, exp: iat + 300 })}`
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${input}.${signature.toString('base64url')}`
  }
  return {
    issuer,
    audience,
    jwks: [jwk as unknown as JsonWebKey & { kty: string }],
    verify: (token: string) => verifier.verify(token, trusted),
    tokens: { fresh: () => Array.from({ length: count }, make) },
  }
}
