import { sql } from 'kysely'
import type { AdapterPayload } from 'oidc-provider'
import { consume } from '../../../platform/once.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Artifact, ArtifactKind } from '../provider/buffer.ts'
import type { Reading } from '../types.ts'
import { from, idHash, type OauthColumns } from './columns.ts'

export interface FoundArtifact {
  readonly payload: AdapterPayload
  readonly createdAt: Date
  readonly consumedAt: Date | null
  readonly expiresAt: Date
}

/** As the system: whose it is, for what is found before its client is. */
export async function tenantOfArtifact(tx: Reading, kind: ArtifactKind, id: string): Promise<string | undefined> {
  const row = await from(tx)
    .selectFrom('oauth_artifacts')
    .select('tenant_id')
    .where('id_hash', '=', idHash(kind, id))
    .executeTakeFirst()
  return row?.tenant_id
}

export async function findArtifact(
  tx: Reading,
  columns: OauthColumns,
  by: { readonly kind: ArtifactKind; readonly id: string } | { readonly userCode: Buffer },
): Promise<FoundArtifact | undefined> {
  const select = from(tx)
    .selectFrom('oauth_artifacts')
    .select(['id_hash', 'payload', 'created_at', 'consumed_at', 'expires_at'])
  const row = await ('userCode' in by
    ? select.where('user_code', '=', by.userCode)
    : select.where('id_hash', '=', idHash(by.kind, by.id))
  ).executeTakeFirst()
  if (row === undefined) return undefined
  const text = await columns.payload.open(tx, row.id_hash.toString('hex'), row.payload)
  if (text === null) return undefined
  return {
    payload: JSON.parse(text) as AdapterPayload,
    createdAt: row.created_at,
    consumedAt: row.consumed_at,
    expiresAt: row.expires_at,
  }
}

export async function putArtifact(tx: Tx, columns: OauthColumns, artifact: Artifact, now: Date): Promise<void> {
  const { kind, id, payload, expiresAt } = artifact
  const hash = idHash(kind, id)
  const sealed = await columns.payload.close(tx, hash.toString('hex'), JSON.stringify(payload))
  await from(tx)
    .insertInto('oauth_artifacts')
    .values({
      id_hash: hash,
      tenant_id: tx.tenant,
      kind,
      grant_id: payload.grantId ?? null,
      client_id: payload.clientId ?? null,
      user_code: payload.userCode === undefined ? null : await columns.userCode(tx, payload.userCode),
      payload: sealed,
      created_at: now,
      expires_at: expiresAt,
    })
    .onConflict((conflict) =>
      conflict.column('id_hash').doUpdateSet({
        payload: sealed,
        expires_at: expiresAt,
        grant_id: payload.grantId ?? null,
      }),
    )
    .execute()
}

export async function removeArtifact(tx: Tx, kind: ArtifactKind, id: string): Promise<void> {
  await from(tx).deleteFrom('oauth_artifacts').where('id_hash', '=', idHash(kind, id)).execute()
}

/** @returns whether this caller is the one who used it up */
export async function consumeArtifact(tx: Tx, kind: ArtifactKind, id: string, now: Date): Promise<boolean> {
  const row = await consume<{ kind: string }>(tx, {
    table: 'oauth_artifacts',
    where: { id_hash: idHash(kind, id) },
    returning: ['kind'],
    now,
  })
  return row !== null
}

/** Keeps what came after a refresh token, for whoever asks with it once more within the grace. */
export async function keepSuccessor(tx: Tx, columns: OauthColumns, id: string, successor: string): Promise<void> {
  const hash = idHash('RefreshToken', id)
  await from(tx)
    .updateTable('oauth_artifacts')
    .set({
      successor: await columns.successor.close(tx, hash.toString('hex'), successor),
      successor_hash: idHash('RefreshToken', successor),
    })
    .where('id_hash', '=', hash)
    .execute()
}

/**
 * @returns what came after this refresh token, when that was not before `since` and nobody has used it yet; null otherwise.
 * Ask with the grant locked.
 */
export async function successorOf(tx: Tx, columns: OauthColumns, id: string, since: Date): Promise<string | null> {
  const hash = idHash('RefreshToken', id)
  const { rows } = await sql<{ successor: Buffer }>`
    SELECT used.successor FROM oauth_artifacts used JOIN oauth_artifacts next ON next.id_hash = used.successor_hash
    WHERE used.id_hash = ${hash} AND used.consumed_at >= ${since} AND used.successor IS NOT NULL
      AND next.consumed_at IS NULL`.execute(tx.kysely())
  const row = rows[0]
  return row === undefined ? null : columns.successor.open(tx, hash.toString('hex'), row.successor)
}

/** As the system: what is over, and what was kept for a grace that is. */
export async function forgetArtifacts(tx: Reading, now: Date, graceBefore: Date): Promise<void> {
  await sql`DELETE FROM oauth_artifacts WHERE expires_at < ${now}`.execute(tx.kysely())
  await sql`
    UPDATE oauth_artifacts SET successor = NULL WHERE successor IS NOT NULL AND consumed_at < ${graceBefore}`.execute(
    tx.kysely(),
  )
}
