import { sql } from 'kysely'
import type { Acr } from '../../../platform/assurance.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { SigninTables } from '../tables.ts'

export interface PersonDemand {
  readonly acr: Acr
  readonly reason: string
  readonly raisedAt: Date
}

/** What the person must show at every sign-in, since somebody raised it. */
export async function personDemand(tx: Reading, person: string): Promise<PersonDemand | null> {
  const row = await tx
    .kysely<SigninTables>()
    .selectFrom('session_demands')
    .select(['acr', 'reason', 'raised_at as raisedAt'])
    .where('person_id', '=', person)
    .executeTakeFirst()
  return row ?? null
}

/** Raises what the person must show; never lowers it: that is what lifting is for. */
export async function setPersonDemand(tx: Tx, person: string, { acr, reason, raisedAt }: PersonDemand): Promise<void> {
  await sql`
    INSERT INTO session_demands (person_id, tenant_id, acr, reason, raised_at)
    VALUES (${person}::uuid, ${tx.tenant}::uuid, ${acr}, ${reason}, ${raisedAt})
    ON CONFLICT (person_id) DO UPDATE SET acr = EXCLUDED.acr, reason = EXCLUDED.reason, raised_at = EXCLUDED.raised_at
    WHERE array_position(ARRAY['aal1', 'aal2', 'phr'], session_demands.acr)
      <= array_position(ARRAY['aal1', 'aal2', 'phr'], EXCLUDED.acr)`.execute(tx.kysely())
}

/** @returns whether there was one */
export async function liftPersonDemand(tx: Tx, person: string): Promise<boolean> {
  const { rows } = await sql`DELETE FROM session_demands WHERE person_id = ${person}::uuid RETURNING acr`.execute(
    tx.kysely(),
  )
  return rows.length > 0
}

export interface RaisedSession {
  readonly id: string
  readonly application: string | null
}

/** Raises what a sign-in must show; never lowers it. */
export async function raiseSignIn(tx: Tx, id: string, acr: Acr): Promise<void> {
  await sql`
    UPDATE sessions SET required_acr = ${acr} WHERE id = ${id}::uuid AND ended_at IS NULL
      AND coalesce(array_position(ARRAY['aal1', 'aal2', 'phr'], required_acr), 0)
        < array_position(ARRAY['aal1', 'aal2', 'phr'], ${acr}::text)`.execute(tx.kysely())
}

/** @returns those of these sign-ins, and of the hosts' sessions made of them, that are live and show less */
export async function sessionsBelow(tx: Reading, signIns: readonly string[], acr: Acr): Promise<RaisedSession[]> {
  const { rows } = await sql<RaisedSession>`
    SELECT id, application FROM sessions
    WHERE ended_at IS NULL AND (id = ANY(${signIns}::uuid[]) OR parent_id = ANY(${signIns}::uuid[]))
      AND array_position(ARRAY['aal1', 'aal2', 'phr'], acr) < array_position(ARRAY['aal1', 'aal2', 'phr'], ${acr}::text)
    ORDER BY id`.execute(tx.kysely())
  return rows
}
