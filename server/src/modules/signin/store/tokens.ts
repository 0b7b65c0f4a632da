import { sql } from 'kysely'
import type { Acr } from '../../../platform/assurance.ts'
import { addSeconds } from '../../../platform/clock.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { Proofs } from '../assurance.ts'
import type { SigninTables } from '../tables.ts'
import { personAcr, type SessionRow, sessionColumns } from './sessions.ts'

export interface PresentedSession extends SessionRow {
  /** whose token was shown: the one that holds, the one that is to follow it, or the one that it followed */
  readonly shown: 'current' | 'next' | 'prior'
  readonly nextHash: Buffer | null
  readonly priorUntil: Date | null
  readonly priorWeaker: boolean
}

/** Before a tenant is known, too: the hash is unique in the installation. */
export async function findSessionByToken(tx: Reading, hash: Buffer): Promise<PresentedSession | null> {
  const row = await tx
    .kysely<SigninTables>()
    .selectFrom('sessions')
    .select(sessionColumns)
    .select(personAcr)
    .select(['next_hash as nextHash', 'prior_until as priorUntil', 'prior_weaker as priorWeaker'])
    .select(
      sql<
        PresentedSession['shown']
      >`CASE WHEN token_hash = ${hash} THEN 'current' WHEN next_hash = ${hash} THEN 'next' ELSE 'prior' END`.as(
        'shown',
      ),
    )
    .where((is) => is.or([is('token_hash', '=', hash), is('next_hash', '=', hash), is('prior_hash', '=', hash)]))
    .executeTakeFirst()
  return row ?? null
}

interface Successor {
  readonly id: string
  readonly current: Buffer
  readonly next: Buffer
}

/** Names the token that follows. All who try name the same one, so that nobody has to win. */
export async function nameSuccessor(tx: Reading, { id, current, next }: Successor): Promise<void> {
  await sql`
    UPDATE sessions SET next_hash = ${next} WHERE id = ${id}::uuid AND token_hash = ${current}
      AND next_hash IS NULL AND ended_at IS NULL`.execute(tx.kysely())
}

/**
 * The successor was seen, so its holder has it: from here on the earlier token is on its way out.
 * @returns whether it is this use that saw it first
 */
export async function takeSuccessor(
  tx: Reading,
  asked: {
    readonly id: string
    readonly next: Buffer
    readonly privileges: Buffer
    readonly now: Date
    readonly overlapSeconds: number
  },
): Promise<boolean> {
  const { id, next, privileges, now, overlapSeconds } = asked
  const { rows } = await sql`
    UPDATE sessions SET prior_hash = token_hash, token_hash = next_hash, next_hash = NULL, rotated_at = ${now},
      prior_until = ${addSeconds(now, overlapSeconds)}, prior_weaker = false, privileges = ${privileges}
    WHERE id = ${id}::uuid AND next_hash = ${next} AND ended_at IS NULL RETURNING id`.execute(tx.kysely())
  return rows.length > 0
}

/** Of many uses of a token that is over one is told. @returns whether it is this one */
export async function forgetPrior(tx: Tx, id: string, hash: Buffer): Promise<boolean> {
  const { rows } = await sql`
    UPDATE sessions SET prior_hash = NULL, prior_until = NULL WHERE id = ${id}::uuid AND prior_hash = ${hash}
    RETURNING id`.execute(tx.kysely())
  return rows.length > 0
}

/** The password that was shown must be changed before the session counts. */
export async function markChangeDue(tx: Tx, id: string): Promise<void> {
  await sql`UPDATE sessions SET change_due = true WHERE id = ${id}::uuid`.execute(tx.kysely())
}

/** The person has another password. */
export async function clearChangeDue(tx: Tx, person: string): Promise<void> {
  await sql`UPDATE sessions SET change_due = false WHERE person_id = ${person}::uuid AND change_due`.execute(
    tx.kysely(),
  )
}

/** More was shown: a token that nobody has seen before, and the earlier one holds no more from this moment. */
export async function writeStrengthened(
  tx: Tx,
  id: string,
  asked: {
    readonly token: Buffer
    readonly proofs: Proofs
    readonly acr: Acr
    readonly authenticatedAt: Date
    readonly pending: boolean
    readonly privileges: Buffer
    readonly expiresAt: Date
    readonly now: Date
    readonly overlapSeconds: number
  },
): Promise<void> {
  const { token, proofs, acr, authenticatedAt, pending, privileges, expiresAt, now, overlapSeconds } = asked
  await sql`
    UPDATE sessions SET prior_hash = token_hash, token_hash = ${token}, next_hash = NULL, rotated_at = ${now},
      prior_until = ${addSeconds(now, overlapSeconds)}, prior_weaker = true, privileges = ${privileges},
      proofs = ${JSON.stringify(proofs)}::jsonb, acr = ${acr}, authenticated_at = ${authenticatedAt}, pending = ${pending},
      last_seen_at = ${now}, idle_at = ${now}::timestamptz + make_interval(secs => idle_seconds), expires_at = ${expiresAt}
    WHERE id = ${id}::uuid`.execute(tx.kysely())
}
