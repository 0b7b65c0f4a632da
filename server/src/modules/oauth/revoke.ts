import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/work.ts'
import { revokeGrants, type WhichGrants } from './store/grants.ts'
import { revokeTokens, type WhichTokens } from './store/tokens.ts'
import type { OauthDeps } from './types.ts'

export interface RevokeDeps {
  readonly clock: Clock
  readonly sessions: Pick<OauthDeps['sessions'], 'tellRevoked'>
}

/**
 * Kills families: what was allowed, every code and refresh token of it, and every access token that is still good. Whoever
 * is about to write into one of them waits for the grant's row, and then finds it dead.
 * @returns how many grants there were
 */
export async function killGrants(
  tx: Tx,
  { clock, sessions }: RevokeDeps,
  which: WhichGrants,
  reason: string,
): Promise<number> {
  const now = clock.now()
  const killed = await revokeGrants(tx, which, reason, now)
  if (killed.length === 0) return 0
  const tokens = await revokeTokens(tx, { grants: killed.map(({ id }) => id) }, reason, now)
  for (const grant of killed) {
    await tx.record({
      kind: 'oauth.grant_revoked',
      resource: { type: 'Grant', id: grant.id },
      reason,
      data: { client: grant.client, person: grant.person, ...(grant.session !== null && { signIn: grant.session }) },
    })
  }
  await sessions.tellRevoked(tx, tokens)
  return killed.length
}

/** Ends access tokens that are still good. @returns how many */
export async function killTokens(
  tx: Tx,
  { clock, sessions }: RevokeDeps,
  which: WhichTokens,
  reason: string,
): Promise<number> {
  const now = clock.now()
  const tokens = await revokeTokens(tx, which, reason, now)
  for (const jti of tokens) {
    await tx.record({ kind: 'oauth.token_revoked', resource: { type: 'Token', id: jti }, reason })
  }
  await sessions.tellRevoked(tx, tokens)
  return tokens.length
}
