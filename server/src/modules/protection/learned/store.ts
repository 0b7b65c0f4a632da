import type { Learned } from '@holdfast/inspection'
import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

export interface LearnedRow {
  readonly learned: Learned
  /** Requests. */
  readonly observed: string
  readonly since: Date
  readonly updated_at: Date
}

export async function findLearned(tx: Db, application: string): Promise<LearnedRow | undefined> {
  const { rows } = await sql<LearnedRow>`
    SELECT learned, observed::text AS observed, since, updated_at FROM learned_traffic
    WHERE tenant_id = current_tenant() AND application_id = ${application}`.execute(tx.kysely())
  return rows[0]
}

/** Gateways of one application add one after the other, also where nobody has added before. */
export async function lockLearned(tx: Db, application: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('learned ' || current_tenant() || ' ' || ${application}, 0))`.execute(
    tx.kysely(),
  )
}

export async function putLearned(
  tx: Db,
  application: string,
  learned: string,
  observed: number,
  now: Date,
): Promise<void> {
  await sql`
    INSERT INTO learned_traffic AS l (tenant_id, application_id, learned, observed, since, updated_at)
    VALUES (current_tenant(), ${application}, ${learned}::jsonb, ${observed}, ${now}, ${now})
    ON CONFLICT (tenant_id, application_id) DO UPDATE SET learned = EXCLUDED.learned,
      observed = least(l.observed + EXCLUDED.observed, ${Number.MAX_SAFE_INTEGER}::bigint), updated_at = EXCLUDED.updated_at`.execute(
    tx.kysely(),
  )
}

/** @returns whether there was anything */
export async function forgetLearned(tx: Db, application: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    DELETE FROM learned_traffic WHERE tenant_id = current_tenant() AND application_id = ${application}`.execute(
    tx.kysely(),
  )
  return numAffectedRows === 1n
}
