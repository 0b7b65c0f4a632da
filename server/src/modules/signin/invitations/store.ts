import { sql } from 'kysely'
import { consume } from '../../../platform/once.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'

export interface InvitationRow {
  readonly id: string
  readonly email: Buffer
  readonly groups: readonly string[]
  readonly application: string | null
  readonly inviter: Uid
  readonly createdAt: Date
  readonly sentAt: Date
  readonly expiresAt: Date
  readonly consumedAt: Date | null
  readonly revokedAt: Date | null
  readonly person: string | null
}

interface Row {
  readonly id: string
  readonly email: Buffer
  readonly groups: string[]
  readonly application: string | null
  readonly inviter_type: string
  readonly inviter_id: string
  readonly created_at: Date
  readonly sent_at: Date
  readonly expires_at: Date
  readonly consumed_at: Date | null
  readonly revoked_at: Date | null
  readonly person_id: string | null
}

const columns = sql`id, email, groups, application, inviter_type, inviter_id, created_at, sent_at, expires_at, consumed_at,
  revoked_at, person_id`

function toInvitation(row: Row): InvitationRow {
  return {
    id: row.id,
    email: row.email,
    groups: row.groups,
    application: row.application,
    inviter: { type: row.inviter_type, id: row.inviter_id },
    createdAt: row.created_at,
    sentAt: row.sent_at,
    expiresAt: row.expires_at,
    consumedAt: row.consumed_at,
    revokedAt: row.revoked_at,
    person: row.person_id,
  }
}

export interface NewInvitation {
  readonly id: string
  readonly email: Buffer
  readonly emailKey: Buffer
  readonly tokenHash: Buffer
  readonly groups: readonly string[]
  readonly application: string | null
  readonly inviter: Uid
  readonly now: Date
  readonly expiresAt: Date
}

/** One that has lapsed makes room for another. @returns false when the address has an open one */
export async function insertInvitation(tx: Tx, given: NewInvitation): Promise<boolean> {
  await sql`
    UPDATE invitations SET consumed_at = ${given.now}, revoked_at = coalesce(revoked_at, ${given.now})
    WHERE email_key = ${given.emailKey} AND consumed_at IS NULL AND expires_at <= ${given.now}`.execute(tx.kysely())
  const { numAffectedRows } = await sql`
    INSERT INTO invitations (id, tenant_id, email, email_key, token_hash, groups, application, inviter_type, inviter_id,
      created_at, sent_at, expires_at)
    VALUES (${given.id}::uuid, ${tx.tenant}::uuid, ${given.email}, ${given.emailKey}, ${given.tokenHash}, ${given.groups},
      ${given.application}, ${given.inviter.type}, ${given.inviter.id}::uuid, ${given.now}, ${given.now}, ${given.expiresAt})
    ON CONFLICT (tenant_id, email_key) WHERE consumed_at IS NULL DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** Those of the address that are open hold no more. */
export async function revokeOpenOf(tx: Tx, emailKey: Buffer, now: Date): Promise<void> {
  await sql`
    UPDATE invitations SET consumed_at = ${now}, revoked_at = ${now}
    WHERE email_key = ${emailKey} AND consumed_at IS NULL`.execute(tx.kysely())
}

export async function findInvitation(tx: Reading, id: string): Promise<InvitationRow | null> {
  const { rows } = await sql<Row>`SELECT ${columns} FROM invitations WHERE id = ${id}::uuid`.execute(tx.kysely())
  return rows[0] === undefined ? null : toInvitation(rows[0])
}

/** @returns the open invitation whose link this is */
export async function findOpenBy(tx: Reading, tokenHash: Buffer, now: Date): Promise<InvitationRow | null> {
  const { rows } = await sql<Row>`
    SELECT ${columns} FROM invitations
    WHERE token_hash = ${tokenHash} AND consumed_at IS NULL AND expires_at > ${now}`.execute(tx.kysely())
  return rows[0] === undefined ? null : toInvitation(rows[0])
}

/** As many as a page holds, newest first. */
export async function newestInvitations(
  tx: Reading,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly InvitationRow[]> {
  const { rows } = await sql<Row>`
    SELECT ${columns} FROM invitations WHERE ${after ?? null}::uuid IS NULL OR id < ${after ?? null}::uuid
    ORDER BY id DESC LIMIT ${limit}`.execute(tx.kysely())
  return rows.map(toInvitation)
}

/** A new link and a new term; the old link holds no more. @returns whether it was open */
export async function renewInvitation(
  tx: Tx,
  id: string,
  { tokenHash, now, expiresAt }: { readonly tokenHash: Buffer; readonly now: Date; readonly expiresAt: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE invitations SET token_hash = ${tokenHash}, sent_at = ${now}, expires_at = ${expiresAt}
    WHERE id = ${id}::uuid AND consumed_at IS NULL`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** Used up, as by whoever accepts it: of the two one comes first. @returns whether it was open */
export async function revokeInvitation(tx: Tx, id: string, now: Date): Promise<boolean> {
  const taken = await consume<{ id: string }>(tx, {
    table: 'invitations',
    where: { id },
    returning: ['id'],
    now,
    lasting: true,
  })
  if (taken === null) return false
  await sql`UPDATE invitations SET revoked_at = ${now} WHERE id = ${id}::uuid`.execute(tx.kysely())
  return true
}

/** Uses it up. @returns null when somebody was faster, or it does not hold */
export async function consumeInvitation(tx: Tx, id: string, now: Date): Promise<InvitationRow | null> {
  const taken = await consume<{ id: string }>(tx, { table: 'invitations', where: { id }, returning: ['id'], now })
  return taken && findInvitation(tx, id)
}

export async function noteAccepted(tx: Tx, id: string, person: string): Promise<void> {
  await sql`UPDATE invitations SET person_id = ${person}::uuid WHERE id = ${id}::uuid`.execute(tx.kysely())
}

/** As the system. */
export async function forgetInvitations(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM invitations WHERE expires_at < ${before}`.execute(tx.kysely())
}
