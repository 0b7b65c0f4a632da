import { sql } from 'kysely'
import type { Database, Transaction } from '../../platform/database/database.ts'

const expectedTriggers = [
  'events.events_append_only',
  'events.events_no_truncate',
  'ledger_head.ledger_head_forward',
  'ledger_head.ledger_head_no_truncate',
]

/** Looks into the catalogue of the live database. @returns what is not as the migration made it */
export async function guardProblems(tx: Transaction): Promise<string[]> {
  const triggers = await sql<{ name: string; enabled: string }>`
    SELECT c.relname || '.' || t.tgname AS name, t.tgenabled AS enabled
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgrelid IN ('events'::regclass, 'ledger_head'::regclass) AND NOT t.tgisinternal`.execute(tx.kysely())
  // 'A': fires always, in a session that poses as a replica too
  const enabled = new Set(triggers.rows.filter((row) => row.enabled === 'A').map((row) => row.name))
  const grants = await sql<{ role: string; privilege: string; relation: string }>`
    SELECT r.role, p.privilege, c.relation
    FROM unnest(ARRAY['holdfast_tenant', 'holdfast_system']) AS r (role),
         unnest(ARRAY['DELETE', 'TRUNCATE', 'UPDATE', 'TRIGGER']) AS p (privilege),
         unnest(ARRAY['events', 'ledger_head']) AS c (relation)
    WHERE has_table_privilege(r.role, c.relation, p.privilege)`.execute(tx.kysely())
  const columns = await sql<{ role: string; column: string }>`
    SELECT r.role, a.attname AS column
    FROM unnest(ARRAY['holdfast_tenant', 'holdfast_system']) AS r (role), pg_attribute a
    WHERE a.attrelid = 'events'::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND has_column_privilege(r.role, a.attrelid, a.attnum, 'UPDATE')
      AND NOT (r.role = 'holdfast_system' AND a.attname IN ('seq', 'leaf', 'hash'))`.execute(tx.kysely())
  return [
    ...expectedTriggers.filter((name) => !enabled.has(name)).map((name) => `the trigger ${name} is missing or off`),
    ...grants.rows.map(({ role, privilege, relation }) => `${role} may ${privilege} ${relation}`),
    ...columns.rows.map(({ role, column }) => `${role} may change events.${column}`),
  ]
}

class NotKept extends Error {}

/**
 * Tries to give the last event its place anew, which the grants allow and the trigger refuses. What is tried is rolled
 * back in any case.
 * @returns whether it was refused; true as well while there is no event to try it on
 */
export async function refusesRewrite(database: Database): Promise<boolean> {
  try {
    await database.asSystem(async (tx) => {
      const { numAffectedRows } = await sql`
        UPDATE events SET seq = seq, leaf = leaf, hash = hash WHERE seq = (SELECT seq FROM ledger_head)`.execute(
        tx.kysely(),
      )
      throw new NotKept(String(numAffectedRows))
    })
  } catch (error) {
    if (error instanceof NotKept) return error.message === '0'
    // insufficient_privilege, by the trigger
    if ((error as { code?: unknown }).code === '42501') return true
    throw error
  }
  return false
}
