import { unixSeconds } from '../../../platform/clock.ts'
import type { SigningKeys } from '../keys/index.ts'
import type { IssuedToken } from '../provider/buffer.ts'
import { serviceClaims } from '../tokens/claims.ts'

const alg = 'ES256'

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An access token of a service: RFC 9068, section 2, in the words that the library has for it. */
export function signedToken(
  { signingKeys, publicUrl }: { readonly signingKeys: SigningKeys; readonly publicUrl: string },
  { jti, principal, client, audience, scope, expiresAt }: IssuedToken,
  { epoch, now }: { readonly epoch: number; readonly now: Date },
): string {
  const { kid, sign } = signingKeys.current().signing(alg)
  const claims = {
    ...serviceClaims(epoch),
    jti,
    sub: principal.id,
    iat: unixSeconds(now),
    exp: unixSeconds(expiresAt),
    scope: scope === '' ? undefined : scope,
    client_id: client,
    iss: publicUrl,
    aud: audience,
  }
  const signed = `${encoded({ alg, typ: 'at+jwt', kid })}.${encoded(claims)}`
  return `${signed}.${sign(Buffer.from(signed)).toString('base64url')}`
}
