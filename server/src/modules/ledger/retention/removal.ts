import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../db.ts'

/** Places in the log, as PostgreSQL writes an int8multirange: `{[1,4),[7,8)}`. */
export type Places = string

/** Which events tell of removals. No edge's event bears one of these kinds. */
export const tellingKinds = {
  pruned: 'log.pruned',
  erased: 'person.erased_from_log',
  tenant: 'log.tenant_removed',
} as const

/** A removal that was told by an event which is pruned itself. */
export interface ToldRemoval {
  readonly id: string
  readonly what: string
  /** its own, in hexadecimal digits */
  readonly digest: string
}

/**
 * What the telling event has in its data, so that a removal that nobody told is found (`log_removals`).
 * @param told the removals of which this one prunes the telling events: from now on it speaks for them
 */
export function digestOf(places: Places, told: readonly ToldRemoval[] = []): string {
  const hash = createHash('sha256').update(places)
  for (const { id, what, digest } of told.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    hash.update(`\n${id} ${what} ${digest}`)
  return hash.digest('hex')
}

/**
 * The removals whose telling events are at these places.
 * @param tenant whose they are; another than that of the transaction only as the system
 */
export async function toldAt(tx: Db, places: Places, tenant = tx.tenant): Promise<readonly ToldRemoval[]> {
  const { rows } = await sql<ToldRemoval>`
    SELECT r.id, r.what, encode(r.digest, 'hex') AS digest
    FROM log_removals r JOIN log_entries l ON l.tenant_id = r.tenant_id AND l.event_id = r.id
    WHERE r.tenant_id = ${tenant}::uuid AND ${places}::int8multirange @> l.seq`.execute(tx.kysely())
  return rows
}

/**
 * Writes down, in the transaction of the removal, which places are concerned. Without it the database refuses to delete.
 * @param event id of the event that tells it, with the digest in its data
 */
export async function tellRemoval(
  tx: Db,
  event: string,
  removal: { readonly what: keyof typeof tellingKinds; readonly places: Places; readonly digest: string },
  now: Date,
): Promise<void> {
  const { what, places, digest } = removal
  await sql`
    INSERT INTO log_removals (id, tenant_id, what, time, seqs, digest)
    VALUES (${event}::uuid, current_tenant(), ${what}, ${now}, ${places}::int8multirange, decode(${digest}, 'hex'))`.execute(
    tx.kysely(),
  )
}
