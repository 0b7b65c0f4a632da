import { sql } from 'kysely'
import type { AdapterPayload } from 'oidc-provider'
import { consumeAll } from '../../../platform/once.ts'
import type { Tx } from '../../../platform/work.ts'
import type { IssuedToken } from '../provider/buffer.ts'
import type { Reading } from '../types.ts'
import type { FoundArtifact } from './artifacts.ts'
import { idHash, type OauthColumns } from './columns.ts'
import type { GrantRow } from './grants.ts'

/*
 * Refresh tokens, many at once. Nothing here waits for a lock: what somebody else has just now is left to be done by itself.
 */

export interface FoundRefresh {
  readonly artifact: FoundArtifact
  readonly grant: GrantRow | null
}

type Row = Omit<FoundArtifact, 'payload'> & { id_hash: Buffer; sealed: Buffer; grant: GrantDocument | null }
type GrantDocument = Omit<GrantRow, 'createdAt' | 'expiresAt' | 'revokedAt'> &
  Readonly<Record<'createdAt' | 'expiresAt', string>> & { readonly revokedAt: string | null }

/** Refresh tokens with their families. @returns by the token; nothing of those that are unknown */
export async function findRefreshTokens(
  tx: Reading,
  columns: OauthColumns,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundRefresh>> {
  const idOf = new Map(ids.map((id) => [idHash('RefreshToken', id).toString('hex'), id]))
  const hashes = [...idOf.keys()].map((hex) => Buffer.from(hex, 'hex'))
  const { rows } = await sql<Row>`
    SELECT a.id_hash, a.payload AS sealed, a.created_at AS "createdAt", a.consumed_at AS "consumedAt",
      a.expires_at AS "expiresAt", CASE WHEN g.id IS NULL THEN NULL ELSE json_build_object('id', g.id,
        'tenant', g.tenant_id, 'client', g.client_id, 'person', g.person_id, 'session', g.session_id,
        'allowed', g.allowed, 'createdAt', g.created_at, 'expiresAt', g.expires_at, 'revokedAt', g.revoked_at,
        'exchangedOf', g.exchanged_of) END AS grant
    FROM oauth_artifacts a LEFT JOIN oauth_grants g ON g.id = a.grant_id
    WHERE a.id_hash = ANY(${hashes}::bytea[])`.execute(tx.kysely())
  const texts = await columns.payload.openAll(
    tx,
    rows.map(({ id_hash: hash, sealed }) => ({ row: hash.toString('hex'), sealed })),
  )
  const found = new Map<string, FoundRefresh>()
  for (const [place, { id_hash: hash, createdAt, consumedAt, expiresAt, grant }] of rows.entries()) {
    const id = idOf.get(hash.toString('hex'))
    const text = texts[place] ?? null
    if (id === undefined || text === null) continue
    const payload = JSON.parse(text) as AdapterPayload
    found.set(id, { artifact: { payload, createdAt, consumedAt, expiresAt }, grant: grant && dated(grant) })
  }
  return found
}

function dated(grant: GrantDocument): GrantRow {
  const { createdAt, expiresAt, revokedAt } = grant
  return {
    ...grant,
    createdAt: new Date(createdAt),
    expiresAt: new Date(expiresAt),
    revokedAt: revokedAt === null ? null : new Date(revokedAt),
  }
}

/** Locks families. @returns of those that live, and that nobody else holds: the version of their client, if it may act */
export async function holdGrants(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; version: number }>`
    SELECT g.id, c.version FROM oauth_grants g JOIN oauth_clients c ON c.client_id = g.client_id
    WHERE g.id = ANY(${ids}::text[]) AND g.revoked_at IS NULL AND c.disabled_at IS NULL
    ORDER BY g.id FOR UPDATE OF g SKIP LOCKED`.execute(tx.kysely())
  return new Map(rows.map(({ id, version }) => [id, version]))
}

/** One use of a refresh token, and what comes of it. */
export interface Rotation {
  readonly used: string
  readonly next: { readonly id: string; readonly payload: AdapterPayload; readonly expiresAt: Date }
  readonly token: IssuedToken
  readonly now: Date
}

/** Uses up, and writes what comes of it. @returns the refresh tokens that were used up; of the others nothing was written */
export async function rotate(tx: Tx, columns: OauthColumns, asked: readonly Rotation[]): Promise<ReadonlySet<string>> {
  const now = new Date(Math.max(...asked.map((each) => each.now.getTime())))
  const values = asked.map(({ used }) => idHash('RefreshToken', used))
  const consumed = await consumeAll(tx, { table: 'oauth_artifacts', column: 'id_hash', values, now })
  const taken = new Set(consumed.map((hash) => hash.toString('hex')))
  const done = asked.filter((_each, place) => taken.has(values[place]?.toString('hex') ?? ''))
  if (done.length > 0) await write(tx, columns, done)
  return new Set(done.map(({ used }) => used))
}

async function write(tx: Tx, columns: OauthColumns, rotations: readonly Rotation[]): Promise<void> {
  const rows = await Promise.all(
    rotations.map(async ({ used, next, token, now }) => {
      const [old, hash] = [idHash('RefreshToken', used), idHash('RefreshToken', next.id)]
      return {
        old,
        hash,
        successor: await columns.successor.close(tx, old.toString('hex'), next.id),
        payload: await columns.payload.close(tx, hash.toString('hex'), JSON.stringify(next.payload)),
        until: next.expiresAt,
        now,
        token,
        claims: token.claims === null ? null : JSON.stringify(token.claims),
      }
    }),
  )
  const of = <T>(pick: (row: (typeof rows)[number]) => T): T[] => rows.map(pick)
  await sql`
    WITH rotated AS (
      SELECT * FROM unnest(${of(({ old }) => old)}::bytea[], ${of(({ hash }) => hash)}::bytea[],
        ${of(({ successor }) => successor)}::bytea[], ${of(({ payload }) => payload)}::bytea[],
        ${of(({ until }) => until)}::timestamptz[], ${of(({ now }) => now)}::timestamptz[],
        ${of(({ token }) => token.jti)}::text[], ${of(({ token }) => token.client)}::text[],
        ${of(({ token }) => token.grant)}::text[], ${of(({ token }) => token.session)}::uuid[],
        ${of(({ token }) => token.principal.id)}::uuid[], ${of(({ token }) => token.audience)}::text[],
        ${of(({ claims }) => claims)}::jsonb[], ${of(({ token }) => token.expiresAt)}::timestamptz[])
        AS rotated (old, hash, successor, payload, until, at, jti, client, "grant", session, person, audience, claims,
          expires)),
    kept AS (
      UPDATE oauth_artifacts a SET successor = r.successor, successor_hash = r.hash FROM rotated r WHERE a.id_hash = r.old),
    next AS (
      INSERT INTO oauth_artifacts (id_hash, tenant_id, kind, grant_id, client_id, payload, created_at, expires_at)
      SELECT hash, ${tx.tenant}::uuid, 'RefreshToken', "grant", client, payload, at, until FROM rotated)
    INSERT INTO oauth_tokens (jti, tenant_id, client_id, grant_id, session_id, principal_type, principal_id, audience,
      claims, issued_at, expires_at)
    SELECT jti, ${tx.tenant}::uuid, client, "grant", session, 'Person', person, audience, claims, at, expires
    FROM rotated`.execute(tx.kysely())
}
