import { verify } from 'node:crypto'
import type { AdapterPayload } from 'oidc-provider'
import { buffer, ofTenant } from '../provider/buffer.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { currentRoute } from '../provider/route.ts'
import { findLiveToken } from '../store/tokens.ts'

/** Claims of an access token of ours (RFC 9068, section 2.2) whose signature and times were checked. */
export interface TokenClaims {
  readonly jti: string
  readonly sub: string
  readonly client_id: string
  readonly aud: string
  readonly scope?: string
  readonly iat: number
  readonly exp: number
  readonly cnf?: { readonly jkt?: string; readonly 'x5t#S256'?: string }
  readonly principal_type: 'Person' | 'Service'
  readonly [claim: string]: unknown
}

/**
 * Checks that a token is one of ours and not over: the key is named by its `kid` and fixes the algorithm, so that no header
 * chooses another (RFC 8725, section 3.1).
 */
export function verifyToken(
  { signingKeys, publicUrl }: Pick<FlushDeps, 'signingKeys' | 'publicUrl'>,
  token: string,
  now: Date,
): TokenClaims | undefined {
  const [head = '', body = '', signature = '', ...more] = token.split('.')
  if (more.length > 0 || signature === '' || token.length > 8_192) return undefined
  const header = json(head)
  if (header?.['typ'] !== 'at+jwt' || typeof header['kid'] !== 'string') return undefined
  const found = signingKeys.current().verifying(header['kid'])
  if (found === undefined || header['alg'] !== found.alg) return undefined
  const data = Buffer.from(`${head}.${body}`)
  const key = found.alg === 'ES256' ? ({ key: found.key, dsaEncoding: 'ieee-p1363' } as const) : found.key
  if (!verify(found.alg === 'EdDSA' ? null : 'sha256', data, key, Buffer.from(signature, 'base64url'))) return undefined
  const claims = json(body)
  if (claims?.['iss'] !== publicUrl || typeof claims['exp'] !== 'number') return undefined
  return claims['exp'] * 1000 > now.getTime() ? (claims as TokenClaims) : undefined
}

function json(part: string): Record<string, unknown> | null | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown> | null
  } catch {
    return undefined
  }
}

/** Extra claims: what an introspection answers beside what oidc-provider knows of. */
const known = ['jti', 'sub', 'client_id', 'aud', 'scope', 'iat', 'exp', 'cnf', 'iss', 'authorization_details']

/**
 * The model of a token that was presented: a JWT, or what stands inside for one whose introspection or revocation was asked
 * for. Undefined when it is not ours, over, revoked, or of a sign-in that is over or must first show more.
 */
export async function presentedToken(
  deps: FlushDeps,
  value: string,
  kind: 'AccessToken' | 'ClientCredentials',
): Promise<AdapterPayload | undefined> {
  const held = buffer()
  const claims = verifyToken(deps, held.presented.get(value) ?? value, held.now)
  if (claims === undefined || (claims.principal_type === 'Person') !== (kind === 'AccessToken')) return undefined
  const row = await deps.database.asSystem((tx) => findLiveToken(tx, claims.jti, held.now))
  if (row === null || !ofTenant(row.tenant)) return undefined
  const { session } = row
  if (session !== null) {
    const found = await deps.database.asTenant(row.tenant, (tx) => deps.sessions.signIn(tx, session), 'read')
    if (found === null || found.pending) return undefined
  }
  const extra = Object.fromEntries(Object.entries(claims).filter(([name]) => !known.includes(name)))
  return {
    kind,
    jti: claims.jti,
    clientId: claims.client_id,
    ...(row.grant !== null && { grantId: row.grant }),
    ...(kind === 'AccessToken' && { accountId: claims.sub }),
    ...(session !== null && { sessionUid: session, sid: session }),
    // At userinfo whoever may read about the person may read it there, whatever else the token is for.
    ...(currentRoute() !== 'userinfo' && { aud: claims.aud }),
    ...(claims.scope !== undefined && { scope: claims.scope }),
    ...(row.claims !== null && { claims: row.claims }),
    ...(claims.cnf?.jkt !== undefined && { jkt: claims.cnf.jkt }),
    ...(claims.cnf?.['x5t#S256'] !== undefined && { 'x5t#S256': claims.cnf['x5t#S256'] }),
    iat: claims.iat,
    exp: claims.exp,
    extra: { ...extra, sub: claims.sub },
  }
}
