import { sql } from 'kysely'
import { consume } from '../../../platform/once.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'

export type LinkKind = 'recovery' | 'email-verification' | 'email-change'

export interface NewLink {
  readonly tokenHash: Buffer
  readonly kind: LinkKind
  readonly person: string
  readonly email: Buffer | null
  /** keyed hash of the address that the person has */
  readonly sentTo: Buffer
  readonly now: Date
  readonly expiresAt: Date
}

/** A newer link replaces the older ones of its kind. */
export async function insertLink(tx: Tx, link: NewLink): Promise<void> {
  await endLinks(tx, link.person, [link.kind])
  await sql`
    INSERT INTO mailed_links (token_hash, tenant_id, kind, person_id, email, sent_to, created_at, expires_at)
    VALUES (${link.tokenHash}, ${tx.tenant}::uuid, ${link.kind}, ${link.person}::uuid, ${link.email}, ${link.sentTo},
      ${link.now}, ${link.expiresAt})`.execute(tx.kysely())
}

export async function endLinks(tx: Tx, person: string, kinds: readonly LinkKind[]): Promise<void> {
  await sql`
    DELETE FROM mailed_links WHERE person_id = ${person}::uuid AND kind = ANY (${kinds}) AND consumed_at IS NULL`.execute(
    tx.kysely(),
  )
}

export interface MailedLink {
  readonly kind: LinkKind
  readonly person_id: string
  readonly email: Buffer | null
  readonly sent_to: Buffer
}

/** Whether it would hold; it stays as it is. */
export async function findLink(tx: Reading, tokenHash: Buffer, now: Date): Promise<MailedLink | null> {
  const { rows } = await sql<MailedLink>`
    SELECT kind, person_id, email, sent_to FROM mailed_links
    WHERE token_hash = ${tokenHash} AND consumed_at IS NULL AND expires_at > ${now}`.execute(tx.kysely())
  return rows[0] ?? null
}

export function consumeLink(tx: Tx, tokenHash: Buffer, now: Date): Promise<MailedLink | null> {
  return consume<MailedLink>(tx, {
    table: 'mailed_links',
    where: { token_hash: tokenHash },
    returning: ['kind', 'person_id', 'email', 'sent_to'],
    now,
  })
}

export async function insertRequest(
  tx: Tx,
  asked: { readonly id: string; readonly email: Buffer; readonly returnTo: string; readonly now: Date },
): Promise<void> {
  await sql`
    INSERT INTO recovery_requests (id, tenant_id, email, return_to, created_at)
    VALUES (${asked.id}::uuid, ${tx.tenant}::uuid, ${asked.email}, ${asked.returnTo}, ${asked.now})`.execute(
    tx.kysely(),
  )
}

/** @returns null when it was done before: a job may run twice */
export async function takeRequest(
  tx: Tx,
  id: string,
): Promise<{ readonly email: Buffer; readonly returnTo: string } | null> {
  const { rows } = await sql<{ email: Buffer; returnTo: string }>`
    DELETE FROM recovery_requests WHERE id = ${id}::uuid RETURNING email, return_to AS "returnTo"`.execute(tx.kysely())
  return rows[0] ?? null
}

/** As the system. */
export async function forgetLinks(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM mailed_links WHERE expires_at < ${before}`.execute(tx.kysely())
  await sql`DELETE FROM recovery_requests WHERE created_at < ${before}`.execute(tx.kysely())
}
