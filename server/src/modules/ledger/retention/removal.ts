import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../db.ts'

/** Places in the log, as PostgreSQL writes an int8multirange: `{[1,4),[7,8)}`. */
export type Places = string

/** What the telling event has in its data, so that a removal that nobody told is found (`log_removals`). */
export function digestOf(places: Places): string {
  return createHash('sha256').update(places).digest('hex')
}

/**
 * Writes down, in the transaction of the removal, which places are concerned. Without it the database refuses to delete.
 * @param event id of the event that tells it
 */
export async function tellRemoval(
  tx: Db,
  event: string,
  what: 'pruned' | 'erased',
  places: Places,
  now: Date,
): Promise<void> {
  await sql`
    INSERT INTO log_removals (id, tenant_id, what, time, seqs)
    VALUES (${event}::uuid, current_tenant(), ${what}, ${now}, ${places}::int8multirange)`.execute(tx.kysely())
}
