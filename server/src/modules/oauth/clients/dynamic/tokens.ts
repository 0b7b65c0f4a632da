import { sql } from 'kysely'
import type { Transaction } from '../../../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

export interface TokenRow {
  readonly id: string
  readonly application_id: string
  readonly uses_left: number
  readonly created_at: Date
  readonly expires_at: Date
}

const columns = sql`id, application_id, uses_left, created_at, expires_at`

export async function insertToken(
  tx: Db,
  row: {
    readonly id: string
    readonly application: string
    readonly hash: Buffer
    readonly uses: number
    readonly at: Date
    readonly expiresAt: Date
  },
): Promise<void> {
  await sql`
    INSERT INTO oauth_initial_access_tokens (id, tenant_id, application_id, token_hash, uses_left, created_at, expires_at)
    VALUES (${row.id}::uuid, current_tenant(), ${row.application}, ${row.hash}, ${row.uses}, ${row.at}, ${row.expiresAt})`.execute(
    tx.kysely(),
  )
}

/** Those that still let somebody in. */
export async function selectTokens(tx: Db, application: string, now: Date): Promise<TokenRow[]> {
  const { rows } = await sql<TokenRow>`
    SELECT ${columns} FROM oauth_initial_access_tokens
    WHERE application_id = ${application} AND uses_left > 0 AND expires_at > ${now} ORDER BY created_at, id`.execute(
    tx.kysely(),
  )
  return rows
}

/** @returns false when there is none */
export async function deleteToken(tx: Db, application: string, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    DELETE FROM oauth_initial_access_tokens WHERE application_id = ${application} AND id = ${id}::uuid`.execute(
    tx.kysely(),
  )
  return numAffectedRows === 1n
}

/** As the system: whose token this is, before its tenant is known. */
export async function tenantOfToken(tx: Db, hash: Buffer): Promise<string | undefined> {
  const { rows } = await sql<{ tenant_id: string }>`
    SELECT tenant_id FROM oauth_initial_access_tokens WHERE token_hash = ${hash}`.execute(tx.kysely())
  return rows[0]?.tenant_id
}

/** Uses it once. @returns the application; undefined when it is used up, or over */
export async function useToken(tx: Db, hash: Buffer, now: Date): Promise<string | undefined> {
  const { rows } = await sql<{ application_id: string }>`
    UPDATE oauth_initial_access_tokens SET uses_left = uses_left - 1
    WHERE token_hash = ${hash} AND uses_left > 0 AND expires_at > ${now} RETURNING application_id`.execute(tx.kysely())
  return rows[0]?.application_id
}

/** As the system: those that let nobody in any more. */
export async function forgetRegistrationTokens(tx: Db, before: Date): Promise<void> {
  await sql`DELETE FROM oauth_initial_access_tokens WHERE expires_at < ${before}`.execute(tx.kysely())
}
