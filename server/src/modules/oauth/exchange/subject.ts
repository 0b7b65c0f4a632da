import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { reading } from '../provider/adapter.ts'
import { buffer } from '../provider/buffer.ts'
import type { FlushDeps } from '../provider/flush.ts'
import type { FoundClient } from '../clients/index.ts'
import { readIdToken } from '../logout/hint.ts'
import { findAuthorization } from '../store/authorizations.ts'
import { findGrant } from '../store/grants.ts'

/** RFC 8693, section 3. */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
export const jwtType = 'urn:ietf:params:oauth:token-type:jwt'
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'

/** For whom the new token speaks, and how far the old one reached. */
export interface Subject {
  readonly person: string
  readonly grant: string
  readonly session: string | null
  readonly scopes: ReadonlySet<string>
  /** seconds since 1970 */
  readonly expiresAt: number
  /** bound to a key or a certificate: what comes of it is too */
  readonly bound: boolean
  readonly acr: string | undefined
  readonly amr: readonly string[] | undefined
  readonly authTime: number | undefined
  /** who acted until now (section 4.1) */
  readonly act: object | undefined
}

type Context = KoaContextWithOIDC

/**
 * RFC 8693, section 2.1: the token must be good in itself, and the client one that it was given to: as its audience, or as the
 * client that it was issued to. Anybody else who has it has found it.
 */
export async function subjectOf(deps: FlushDeps, ctx: Context, client: FoundClient): Promise<Subject> {
  const { subject_token: token, subject_token_type: type } = ctx.oidc.params ?? {}
  if (typeof token !== 'string' || token === '') throw new errors.InvalidRequest('subject_token is missing')
  if (type === idTokenType) return ofIdToken(deps, token, client)
  if (type === accessTokenType || type === jwtType) return ofAccessToken(ctx, token, client)
  throw new errors.InvalidRequest('subject_token_type is none of access_token, jwt, id_token')
}

async function ofAccessToken(ctx: Context, token: string, client: FoundClient): Promise<Subject> {
  const found = await ctx.oidc.provider.AccessToken.find(token)
  if (found?.grantId === undefined || !found.isValid) throw new errors.InvalidRequest('subject_token is not good')
  const own = client.resources.filter(({ application }) => application === client.application)
  const audiences = [found.aud].flat()
  const addressed = own.some(({ identifier }) => audiences.includes(identifier)) || found.clientId === client.clientId
  if (!addressed) throw new errors.InvalidRequest('subject_token is for somebody else')
  const { acr, amr, auth_time: authTime, act } = (found.extra ?? {}) as Readonly<Record<string, unknown>>
  return {
    person: found.accountId,
    grant: found.grantId,
    session: found.sessionUid ?? null,
    scopes: found.scopes,
    expiresAt: found.exp ?? 0,
    bound: found.isSenderConstrained(),
    acr: acr as string | undefined,
    amr: amr as readonly string[] | undefined,
    authTime: authTime as number | undefined,
    act: act as object | undefined,
  }
}

/** An ID token carries no scope: it reaches as far as what its person allowed the client at that sign-in. */
async function ofIdToken(deps: FlushDeps, token: string, client: FoundClient): Promise<Subject> {
  const held = buffer()
  const hint = readIdToken(deps.signingKeys, deps.publicUrl, token)
  const wrong = new errors.InvalidRequest('subject_token is not good')
  if (hint?.sid === undefined || hint.client !== client.clientId || hint.exp * 1000 <= held.now.getTime()) throw wrong
  const { sid } = hint
  const [session, grant] = await reading(deps, async (tx) => {
    const at = await findAuthorization(tx, sid, client.clientId)
    return [await deps.sessions.signIn(tx, sid), at === undefined ? null : await findGrant(tx, at.grant)] as const
  })
  if (session === null || session.pending || session.person !== hint.sub) throw wrong
  if (grant === null || grant.revokedAt !== null || grant.person !== hint.sub) throw wrong
  const { openid, resources = {} } = grant.allowed
  const scopes = [openid?.scope ?? '', ...Object.values(resources)].join(' ').split(' ')
  return {
    person: hint.sub,
    grant: grant.id,
    session: session.id,
    scopes: new Set(scopes.filter((scope) => scope !== '')),
    expiresAt: hint.exp,
    bound: false,
    acr: session.acr,
    amr: session.amr,
    authTime: Math.floor(session.authenticatedAt.getTime() / 1000),
    act: undefined,
  }
}
