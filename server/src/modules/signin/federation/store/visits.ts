import { sql } from 'kysely'
import { consume } from '../../../../platform/once.ts'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'

export type Purpose =
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'link'; readonly session: string }
  | { readonly kind: 'invitation'; readonly invitation: string }

export interface NewVisit {
  readonly stateHash: Buffer
  readonly browserHash: Buffer
  readonly connection: string
  readonly issuer: string
  readonly purpose: Purpose
  /** fields of the sign-in's target, as a query */
  readonly returnTo: string
  readonly expiresAt: Date
}

export async function insertVisit(tx: Tx, visit: NewVisit): Promise<void> {
  const { purpose } = visit
  await sql`
    INSERT INTO upstream_visits (tenant_id, state_hash, browser_hash, connection_id, issuer, purpose, session_id,
      invitation_id, return_to, expires_at)
    VALUES (${tx.tenant}::uuid, ${visit.stateHash}, ${visit.browserHash}, ${visit.connection}, ${visit.issuer},
      ${purpose.kind}, ${purpose.kind === 'link' ? purpose.session : null}::uuid,
      ${purpose.kind === 'invitation' ? purpose.invitation : null}::uuid, ${visit.returnTo}, ${visit.expiresAt})`.execute(
    tx.kysely(),
  )
}

interface VisitRow {
  readonly issuer: string
  readonly purpose: Purpose['kind']
  readonly session_id: string | null
  readonly invitation_id: string | null
  readonly return_to: string
}

export interface Visit {
  readonly issuer: string
  readonly purpose: Purpose
  readonly returnTo: string
}

/** The browser that set out has come back: once, and nobody else. */
export async function consumeVisit(
  tx: Tx,
  where: { readonly stateHash: Buffer; readonly browserHash: Buffer; readonly connection: string },
  now: Date,
): Promise<Visit | null> {
  const row = await consume<VisitRow>(tx, {
    table: 'upstream_visits',
    where: { state_hash: where.stateHash, browser_hash: where.browserHash, connection_id: where.connection },
    returning: ['issuer', 'purpose', 'session_id', 'invitation_id', 'return_to'],
    now,
  })
  if (row === null) return null
  const { issuer, session_id: session, invitation_id: invitation, return_to: returnTo } = row
  const purpose: Purpose =
    session !== null
      ? { kind: 'link', session }
      : invitation !== null
        ? { kind: 'invitation', invitation }
        : { kind: 'sign-in' }
  return { issuer, purpose, returnTo }
}

export interface NewOffer {
  readonly id: string
  readonly browserHash: Buffer
  readonly connection: string
  readonly subjectKey: Buffer
  readonly label: Buffer
  readonly returnTo: string
  readonly now: Date
  readonly expiresAt: Date
}

export async function insertOffer(tx: Tx, offer: NewOffer): Promise<void> {
  await sql`
    INSERT INTO upstream_offers (id, tenant_id, browser_hash, connection_id, subject_key, label, return_to, created_at,
      expires_at)
    VALUES (${offer.id}::uuid, ${tx.tenant}::uuid, ${offer.browserHash}, ${offer.connection}, ${offer.subjectKey},
      ${offer.label}, ${offer.returnTo}, ${offer.now}, ${offer.expiresAt})`.execute(tx.kysely())
}

export interface Offer {
  readonly id: string
  readonly connection: string
  readonly subjectKey: Buffer
  readonly label: Buffer
  readonly returnTo: string
  readonly createdAt: Date
}

interface OfferRow {
  readonly id: string
  readonly connection_id: string
  readonly subject_key: Buffer
  readonly label: Buffer
  readonly return_to: string
  readonly created_at: Date
}

const toOffer = (row: OfferRow): Offer => ({
  id: row.id,
  connection: row.connection_id,
  subjectKey: row.subject_key,
  label: row.label,
  returnTo: row.return_to,
  createdAt: row.created_at,
})

/** What this browser was offered to link; it stays there. */
export async function findOffer(tx: Reading, browserHash: Buffer, now: Date): Promise<Offer | null> {
  const { rows } = await sql<OfferRow>`
    SELECT id, connection_id, subject_key, label, return_to, created_at FROM upstream_offers
    WHERE browser_hash = ${browserHash} AND consumed_at IS NULL AND expires_at > ${now}`.execute(tx.kysely())
  return rows[0] === undefined ? null : toOffer(rows[0])
}

export async function consumeOffer(tx: Tx, browserHash: Buffer, now: Date): Promise<Offer | null> {
  const row = await consume<OfferRow>(tx, {
    table: 'upstream_offers',
    where: { browser_hash: browserHash },
    returning: ['id', 'connection_id', 'subject_key', 'label', 'return_to', 'created_at'],
    now,
  })
  return row && toOffer(row)
}

/** As the system. */
export async function forgetVisits(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM upstream_visits WHERE expires_at < ${before}`.execute(tx.kysely())
  await sql`DELETE FROM upstream_offers WHERE expires_at < ${before}`.execute(tx.kysely())
}
