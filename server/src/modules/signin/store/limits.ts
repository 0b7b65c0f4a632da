import { sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { Limits } from '../sessions/presets.ts'
import type { SigninTables } from '../tables.ts'

/** @returns what an application says of its sessions; null when nothing */
export async function findLimits(tx: Reading, application: string): Promise<Limits | null> {
  const row = await tx
    .kysely<SigninTables>()
    .selectFrom('session_limits')
    .select(['preset', 'idle_seconds as idleSeconds', 'absolute_seconds as absoluteSeconds'])
    .where('application', '=', application)
    .executeTakeFirst()
  return row ?? null
}

/** Holds for what is live already, too, where it is shorter than what that had. */
export async function writeLimits(tx: Tx, application: string, limits: Limits): Promise<void> {
  const { preset, idleSeconds, absoluteSeconds } = limits
  await sql`
    INSERT INTO session_limits (tenant_id, application, preset, idle_seconds, absolute_seconds)
    VALUES (${tx.tenant}::uuid, ${application}, ${preset}, ${idleSeconds}, ${absoluteSeconds})
    ON CONFLICT (tenant_id, application) DO UPDATE SET preset = EXCLUDED.preset,
      idle_seconds = EXCLUDED.idle_seconds, absolute_seconds = EXCLUDED.absolute_seconds`.execute(tx.kysely())
  await sql`
    UPDATE sessions SET preset = CASE WHEN ${idleSeconds} < idle_seconds THEN ${preset} ELSE preset END,
      idle_seconds = least(idle_seconds, ${idleSeconds}),
      idle_at = last_seen_at + make_interval(secs => least(idle_seconds, ${idleSeconds})),
      expires_at = least(expires_at, authenticated_at + make_interval(secs => ${absoluteSeconds}))
    WHERE id IN (SELECT id FROM sessions WHERE application = ${application} AND ended_at IS NULL ORDER BY id FOR UPDATE)`.execute(
    tx.kysely(),
  )
}

/** @returns whether there were any */
export async function removeLimits(tx: Tx, application: string): Promise<boolean> {
  const { rows } = await sql`
    DELETE FROM session_limits WHERE application = ${application} RETURNING application`.execute(tx.kysely())
  return rows.length > 0
}

/**
 * Since when a host's session that was made of this sign-in has been unused for too long. Another is made only of a
 * re-authentication that came later: else the idle limit of an application would be as long as that of the sign-in.
 */
export async function lapsedAt(tx: Reading, signIn: string, application: string, now: Date): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    SELECT max(idle_at) AS at FROM sessions WHERE parent_id = ${signIn}::uuid AND application = ${application}
      AND idle_at <= ${now} AND (ended_at IS NULL OR end_reason = 'expired')`.execute(tx.kysely())
  return rows[0]?.at ?? null
}
