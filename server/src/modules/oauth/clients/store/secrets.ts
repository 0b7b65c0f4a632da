import { sql } from 'kysely'
import type { Transaction } from '../../../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

export interface SecretRow {
  readonly id: string
  readonly client_id: string
  readonly secret_hash: Buffer
  readonly prefix: string
  readonly created_at: Date
  readonly expires_at: Date | null
}

export async function insertSecret(
  tx: Db,
  row: {
    readonly id: string
    readonly clientId: string
    readonly hash: Buffer
    readonly prefix: string
    readonly at: Date
  },
): Promise<void> {
  await sql`
    INSERT INTO oauth_client_secrets (id, tenant_id, client_id, secret_hash, prefix, created_at)
    VALUES (${row.id}::uuid, current_tenant(), ${row.clientId}, ${row.hash}, ${row.prefix}, ${row.at})`.execute(
    tx.kysely(),
  )
}

/** Oldest first, ended ones too: who counts looks at the time. */
export async function selectSecrets(tx: Db, clients: readonly string[]): Promise<SecretRow[]> {
  const { rows } = await sql<SecretRow>`
    SELECT id, client_id, secret_hash, prefix, created_at, expires_at FROM oauth_client_secrets
    WHERE client_id = ANY(${[...clients]}::text[]) ORDER BY created_at, id`.execute(tx.kysely())
  return rows
}

/**
 * Makes room for a new one: those that are on their way out already are gone, the last one ends then. Never are there more than two.
 * @param at null: all are gone now
 */
export async function endSecrets(tx: Db, clientId: string, at: Date | null): Promise<void> {
  await sql`
    DELETE FROM oauth_client_secrets
    WHERE client_id = ${clientId} AND (expires_at IS NOT NULL OR ${at === null})`.execute(tx.kysely())
  await sql`UPDATE oauth_client_secrets SET expires_at = ${at} WHERE client_id = ${clientId}`.execute(tx.kysely())
}

/** @returns false when the client has no such secret */
export async function deleteSecret(tx: Db, clientId: string, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    DELETE FROM oauth_client_secrets WHERE client_id = ${clientId} AND id = ${id}::uuid`.execute(tx.kysely())
  return numAffectedRows === 1n
}
