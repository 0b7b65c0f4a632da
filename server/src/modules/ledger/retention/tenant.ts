import { sql } from 'kysely'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Db } from '../db.ts'
import { firstPlace, lastPlace } from './prune.ts'
import { digestOf, type Places, tellRemoval, toldAt } from './removal.ts'

interface Batch {
  readonly ids: readonly string[]
  readonly places: Places
}

/**
 * Removes some events of a deleted tenant, told by an event of the tenant that deleted it. What has no place in the log yet
 * is left alone: a removal tells places.
 * @param tx of the tenant that tells
 * @returns how many went; 0 when there are none that have a place
 */
export async function removeTenantEvents(tx: Tx, tenant: string, most: number, now: Date): Promise<number> {
  const [{ ids, places }, told] = await asSystemIn(tx, async () => {
    const batch = await nextOf(tx, tenant, most)
    return [batch, await toldAt(tx, batch.places, tenant)] as const
  })
  if (ids.length === 0) return 0
  const digest = digestOf(places, [...told])
  const event = await tx.record({
    kind: 'log.tenant_removed',
    resource: { type: 'Tenant', id: tenant },
    data: { events: ids.length, seqs: digest, from: firstPlace(places), to: lastPlace(places) },
  })
  await tellRemoval(tx, event, { what: 'tenant', places, digest }, now)
  const remove = sql`SELECT remove_tenant_events(${tx.tenant}::uuid, ${tenant}::uuid, ${[...ids]}::uuid[])`
  await asSystemIn(tx, () => remove.execute(tx.kysely()))
  return ids.length
}

async function nextOf(tx: Db, tenant: string, most: number): Promise<Batch> {
  const { rows } = await sql<{ ids: string[] | null; places: Places | null }>`
    SELECT array_agg(id ORDER BY seq) AS ids, range_agg(int8range(seq, seq, '[]'))::text AS places FROM (
      SELECT e.id, l.seq FROM events e JOIN log_entries l ON l.tenant_id = e.tenant_id AND l.event_id = e.id
      WHERE e.tenant_id = ${tenant}::uuid ORDER BY e.id LIMIT ${most}) AS next`.execute(tx.kysely())
  return { ids: rows[0]?.ids ?? [], places: rows[0]?.places ?? '{}' }
}
