import { sql } from 'kysely'
import type { Database, Transaction } from '../../platform/database/database.ts'

/** Triggers of the tables, and of every partition. */
const guards: Readonly<Record<string, readonly string[]>> = {
  events: ['events_queue', 'events_unchanged', 'log_guard', 'log_guard_truncate'],
  event_subjects: ['event_subjects_unchanged', 'log_guard', 'log_guard_truncate'],
  log_queue: ['log_guard_truncate'],
  log_entries: ['log_guard', 'log_guard_truncate'],
  log_tiles: ['log_guard', 'log_guard_truncate'],
  log_head: ['log_guard', 'log_guard_truncate'],
  log_checkpoints: ['log_guard', 'log_guard_truncate'],
  log_identity: ['log_guard', 'log_guard_truncate'],
  log_removals: ['log_guard', 'log_guard_truncate'],
}

/** What a role may do besides reading. */
const granted: ReadonlySet<string> = new Set([
  'holdfast_tenant INSERT events',
  'holdfast_tenant INSERT event_subjects',
  'holdfast_tenant INSERT log_removals',
  'holdfast_system DELETE log_queue',
  'holdfast_system INSERT log_entries',
  'holdfast_system INSERT log_tiles',
  'holdfast_system INSERT log_checkpoints',
  'holdfast_system INSERT log_identity',
  'holdfast_system UPDATE log_tiles',
  'holdfast_system UPDATE log_head',
])

interface TableRow {
  readonly table: string
  readonly parent: string | null
}

/** Looks into the catalogue of the live database. @returns what is not as the migration made it */
export async function guardProblems(tx: Transaction): Promise<string[]> {
  const names = Object.keys(guards)
  const tables = await sql<TableRow>`
    SELECT c.relname AS table, p.relname AS parent
    FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND (c.relname = ANY (${names}) OR p.relname = ANY (${names}))`.execute(tx.kysely())
  const found = tables.rows.map(({ table }) => table)
  const triggers = await sql<{ name: string }>`
    SELECT c.relname || '.' || t.tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relname = ANY (${found}) AND t.tgenabled = 'A'`.execute(tx.kysely())
  // 'A': fires always, in a session that poses as a replica too
  const enabled = new Set(triggers.rows.map(({ name }) => name))
  const rights = await sql<{ right: string }>`
    SELECT r.role || ' ' || p.privilege || ' ' || c.name AS right
    FROM unnest(ARRAY['holdfast_tenant', 'holdfast_system']) AS r (role),
         unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS p (privilege),
         unnest(${found}::text[]) AS c (name)
    WHERE CASE WHEN p.privilege IN ('INSERT', 'UPDATE') THEN has_any_column_privilege(r.role, c.name, p.privilege)
               ELSE has_table_privilege(r.role, c.name, p.privilege) END`.execute(tx.kysely())
  return [
    ...names.filter((name) => !found.includes(name)).map((name) => `the table ${name} is missing`),
    ...tables.rows
      .flatMap(expected)
      .filter((name) => !enabled.has(name))
      .map((name) => `the trigger ${name} is missing or off`),
    ...rights.rows.filter(({ right }) => !granted.has(right)).map(({ right }) => `${right} is granted`),
  ]
}

/** A partition has what its parent has, but the trigger that sees whole statements: those go through the parent. */
function expected({ table, parent }: TableRow): string[] {
  const names = guards[parent ?? table] ?? []
  return names.filter((name) => parent === null || name !== 'events_queue').map((name) => `${table}.${name}`)
}

class NotKept extends Error {}

/**
 * Tries to turn the head back, which the grants allow and the trigger refuses. What is tried is rolled back in any case.
 * @returns whether it was refused
 */
export async function refusesRewrite(database: Database): Promise<boolean> {
  try {
    await database.asSystem(async (tx) => {
      const { numAffectedRows } = await sql`UPDATE log_head SET size = size`.execute(tx.kysely())
      throw new NotKept(String(numAffectedRows))
    })
  } catch (error) {
    if (error instanceof NotKept) return false
    // insufficient_privilege, by the trigger
    if ((error as { code?: unknown }).code === '42501') return true
    throw error
  }
  return false
}
