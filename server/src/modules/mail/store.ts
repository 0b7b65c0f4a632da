import { sql } from 'kysely'
import type { Transaction } from '../../platform/database/database.ts'
import type { EncryptedColumn, IndexText, Keyring } from '../keys/index.ts'

/** A transaction that is read from or written in. */
export type Db = Pick<Transaction, 'tenant' | 'kysely'>

const purpose = 'mail'

/** What is kept unreadable: whom a letter goes to, and what is in it. */
export interface MailColumns {
  readonly address: EncryptedColumn
  readonly content: EncryptedColumn
  index(tx: Db): Promise<IndexText>
}

export function createColumns(keys: Pick<Keyring, 'encrypted' | 'blindIndex'>): MailColumns {
  return {
    address: keys.encrypted({ table: 'mails', column: 'address', purpose }),
    content: keys.encrypted({ table: 'mails', column: 'content', purpose }),
    index: (tx) => keys.blindIndex(tx, purpose),
  }
}

export type MailState = 'waiting' | 'sent' | 'given-up' | 'kept'

export interface NewMail {
  readonly id: string
  readonly template: string
  readonly person: string | null
  readonly address: Buffer
  readonly content: Buffer
  readonly state: 'waiting' | 'kept'
  readonly now: Date
  readonly expiresAt: Date
}

export async function insertMail(tx: Db, mail: NewMail): Promise<void> {
  await sql`
    INSERT INTO mails (id, tenant_id, template, person_id, address, content, state, created_at, expires_at)
    VALUES (${mail.id}::uuid, ${tx.tenant}::uuid, ${mail.template}, ${mail.person}::uuid, ${mail.address}, ${mail.content},
            ${mail.state}, ${mail.now}, ${mail.expiresAt})`.execute(tx.kysely())
}

export interface MailRow {
  readonly id: string
  readonly template: string
  readonly person: string | null
  readonly address: Buffer | null
  readonly content: Buffer | null
  readonly state: MailState
  readonly attempts: number
  readonly lastError: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly settledAt: Date | null
}

const columns = sql`id, template, person_id AS person, address, content, state, attempts, last_error AS "lastError",
  created_at AS "createdAt", expires_at AS "expiresAt", settled_at AS "settledAt"`

export async function findMail(tx: Db, id: string): Promise<MailRow | undefined> {
  const { rows } = await sql<MailRow>`SELECT ${columns} FROM mails WHERE id = ${id}::uuid`.execute(tx.kysely())
  return rows[0]
}

export async function newestMails(tx: Db, limit: number, state: MailState | null = null): Promise<readonly MailRow[]> {
  const { rows } = await sql<MailRow>`
    SELECT ${columns} FROM mails WHERE ${state}::text IS NULL OR state = ${state}
    ORDER BY created_at DESC, id DESC LIMIT ${limit}`.execute(tx.kysely())
  return rows
}

export async function countStates(tx: Db): Promise<Readonly<Record<MailState, number>>> {
  const { rows } = await sql<{ state: MailState; count: number }>`
    SELECT state, count(*)::int AS count FROM mails GROUP BY state`.execute(tx.kysely())
  const none = { waiting: 0, sent: 0, 'given-up': 0, kept: 0 }
  return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) }
}

/** The letter has left, or never will: nothing of it stays but that it was. @returns false when it was settled already */
export async function settleMail(
  tx: Db,
  id: string,
  { state, error, now }: { readonly state: 'sent' | 'given-up'; readonly error: string | null; readonly now: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE mails SET state = ${state}, address = NULL, content = NULL, attempts = attempts + 1, last_error = ${error},
      settled_at = ${now}
    WHERE id = ${id}::uuid AND state = 'waiting'`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export async function noteFailure(tx: Db, id: string, error: string): Promise<void> {
  await sql`
    UPDATE mails SET attempts = attempts + 1, last_error = ${error}
    WHERE id = ${id}::uuid AND state = 'waiting'`.execute(tx.kysely())
}

/** As the system: those that no job will take up any more. */
export async function overdueMails(tx: Db, before: Date): Promise<readonly { id: string; tenant: string }[]> {
  const { rows } = await sql<{ id: string; tenant: string }>`
    SELECT id, tenant_id AS tenant FROM mails WHERE state = 'waiting' AND expires_at < ${before} LIMIT 500`.execute(
    tx.kysely(),
  )
  return rows
}

/** As the system. */
export async function forgetMails(
  tx: Db,
  { settled, kept }: { readonly settled: Date; readonly kept: Date },
): Promise<void> {
  await sql`
    DELETE FROM mails WHERE (state = 'kept' AND created_at < ${kept}) OR (state <> 'waiting' AND created_at < ${settled})`.execute(
    tx.kysely(),
  )
  await sql`DELETE FROM mail_counts WHERE day_from < ${kept}`.execute(tx.kysely())
}
