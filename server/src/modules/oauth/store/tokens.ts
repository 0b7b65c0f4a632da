import { sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { IssuedToken } from '../provider/buffer.ts'
import type { Reading } from '../types.ts'
import { from } from './columns.ts'

export async function insertToken(tx: Tx, token: IssuedToken, now: Date): Promise<void> {
  await from(tx)
    .insertInto('oauth_tokens')
    .values({
      jti: token.jti,
      tenant_id: tx.tenant,
      client_id: token.client,
      grant_id: token.grant,
      session_id: token.session,
      principal_type: token.principal.type,
      principal_id: token.principal.id,
      audience: token.audience,
      claims: token.claims === null ? null : JSON.stringify(token.claims),
      issued_at: now,
      expires_at: token.expiresAt,
    })
    .execute()
}

/** A token of a service, and the client that it is for, as it was found. */
export interface ServiceToken {
  readonly token: IssuedToken
  readonly version: number
  readonly now: Date
}

/**
 * Many at once. It fails with `notCurrent` where a client may not act, or is not as it was found. The others stay so until the commit:
 * whoever disables one finds the tokens that it got before.
 */
export async function insertServiceTokens(
  tx: Reading & { readonly tenant: string },
  tokens: readonly ServiceToken[],
): Promise<void> {
  const of = <T>(pick: (token: IssuedToken) => T): T[] => tokens.map(({ token }) => pick(token))
  // Of a client that is not found there is none to write down, and the column wants one.
  await sql`
    WITH current AS (
      SELECT client_id, version FROM oauth_clients
      WHERE client_id = ANY(${[...new Set(of(({ client }) => client))]}::text[]) AND disabled_at IS NULL
      ORDER BY client_id FOR SHARE
    )
    INSERT INTO oauth_tokens
      (jti, tenant_id, client_id, principal_type, principal_id, audience, issued_at, expires_at)
    SELECT jti, ${tx.tenant}::uuid, current.client_id, 'Service', principal, audience, issued_at, expires_at
    FROM unnest(${of(({ jti }) => jti)}::text[], ${of(({ client }) => client)}::text[],
      ${tokens.map(({ version }) => version)}::int[], ${of(({ principal }) => principal.id)}::uuid[],
      ${of(({ audience }) => audience)}::text[], ${tokens.map(({ now }) => now.toISOString())}::timestamptz[],
      ${of(({ expiresAt }) => expiresAt.toISOString())}::timestamptz[])
      AS issued (jti, client_id, version, principal, audience, issued_at, expires_at)
    LEFT JOIN current USING (client_id, version)`.execute(tx.kysely())
}

/** SQLSTATE: not_null_violation. */
export const notCurrent = '23502'

export interface LiveToken {
  readonly tenant: string
  readonly client: string
  readonly grant: string | null
  readonly session: string | null
  readonly claims: object | null
  /** whether it was given for another token (RFC 8693) */
  readonly exchanged: boolean
}

/** As the system. @returns null when it was revoked, with its grant or by itself, or is over */
export async function findLiveToken(tx: Reading, jti: string, now: Date): Promise<LiveToken | null> {
  const { rows } = await sql<LiveToken>`
    SELECT t.tenant_id AS tenant, t.client_id AS client, t.grant_id AS "grant", t.session_id AS session, t.claims,
      g.exchanged_of IS NOT NULL AS exchanged
    FROM oauth_tokens t LEFT JOIN oauth_grants g ON g.id = t.grant_id
    WHERE t.jti = ${jti} AND t.expires_at > ${now} AND t.revoked_at IS NULL AND g.revoked_at IS NULL`.execute(
    tx.kysely(),
  )
  return rows[0] ?? null
}

export type WhichTokens =
  | { readonly jti: string }
  | { readonly grants: readonly string[] }
  | { readonly client: string }
  | { readonly principal: string }

/** @returns the jti of those that were still good */
export async function revokeTokens(tx: Tx, which: WhichTokens, reason: string, now: Date): Promise<string[]> {
  const update = from(tx)
    .updateTable('oauth_tokens')
    .set({ revoked_at: now, revoke_reason: reason })
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('jti')
  const rows = await ('jti' in which
    ? update.where('jti', '=', which.jti)
    : 'grants' in which
      ? update.where(sql<boolean>`grant_id = any(${which.grants}::text[])`)
      : 'client' in which
        ? update.where('client_id', '=', which.client)
        : update.where('principal_id', '=', which.principal)
  ).execute()
  return rows.map(({ jti }) => jti)
}

/** As the system. */
export async function forgetTokens(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM oauth_tokens WHERE expires_at < ${before}`.execute(tx.kysely())
}
