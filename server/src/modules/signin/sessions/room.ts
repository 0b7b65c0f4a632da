import { sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { SigninDeps } from '../types.ts'

/** Whoever begins a session of this person waits for who does: a limit that is counted by two at once is none. */
export async function lockSessionsOf(tx: Tx, person: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`sessions ${person}`}, 0))`.execute(tx.kysely())
}

/**
 * Whether the person may have one more sign-in (ASVS 5.0, 7.1.2). Pending ones do not count: who knows a password alone
 * must not drive its owner out. Under `lockSessionsOf`.
 * @returns the sign-ins to end for it, those first that were used longest ago; `full` when it is refused
 */
export async function makeRoom(
  tx: Tx,
  { config: { sessions } }: Pick<SigninDeps, 'config'>,
  { person, now, except }: { readonly person: string; readonly now: Date; readonly except?: string | undefined },
): Promise<readonly string[] | 'full'> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM sessions WHERE person_id = ${person}::uuid AND kind = 'sign-in' AND NOT pending AND ended_at IS NULL
      AND expires_at > ${now} AND idle_at > ${now} AND id IS DISTINCT FROM ${except ?? null}::uuid
    ORDER BY last_seen_at DESC, id DESC OFFSET ${sessions.most - 1}`.execute(tx.kysely())
  if (rows.length === 0) return []
  return sessions.whenFull === 'deny' ? 'full' : rows.map(({ id }) => id)
}
