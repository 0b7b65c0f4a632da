import { verify } from 'node:crypto'
import type { SigningKeys } from '../keys/index.ts'

export interface Hint {
  readonly client: string
  readonly sub: string
  readonly sid: string | undefined
  /** seconds since 1970 */
  readonly exp: number
}

/**
 * An ID token of ours, by which a client says whom it wants signed out (RP-Initiated Logout 1.0, section 2), or for whom it
 * acts. It may be over: sign-outs come late, and whoever minds looks at the time.
 * @returns undefined when it is none of ours, or of a key that is not believed any more
 */
export function readIdToken(signingKeys: SigningKeys, issuer: string, token: string): Hint | undefined {
  const [head = '', body = '', signature = '', ...more] = token.split('.')
  if (more.length > 0 || token.length > 8192) return undefined
  const header = json(head)
  const found = typeof header?.['kid'] === 'string' ? signingKeys.current().verifying(header['kid']) : undefined
  // An access token is no ID token, though it has all these claims (RFC 8725, section 3.11).
  if (found === undefined || header?.['alg'] !== found.alg || ![undefined, 'JWT'].includes(header['typ'] as never)) {
    return undefined
  }
  const key = found.alg === 'ES256' ? ({ key: found.key, dsaEncoding: 'ieee-p1363' } as const) : found.key
  const data = Buffer.from(`${head}.${body}`)
  if (!verify(found.alg === 'EdDSA' ? null : 'sha256', data, key, Buffer.from(signature, 'base64url'))) return undefined
  const { iss, aud, sub, sid, exp } = json(body) ?? {}
  if (iss !== issuer || typeof aud !== 'string' || typeof sub !== 'string' || typeof exp !== 'number') return undefined
  return { client: aud, sub, sid: typeof sid === 'string' ? sid : undefined, exp }
}

function json(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
