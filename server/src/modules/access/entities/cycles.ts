import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Uid } from '../../../platform/ports.ts'
import { keyOf } from '../standing.ts'
import type { StoredEntity } from '../world/types.ts'
import { type EntityRow, parentsOf } from './store.ts'

type Db = Pick<Transaction, 'kysely'>

/** @returns one that would be its own ancestor, if these were written */
export async function cycleIn(tx: Db, application: string, written: readonly StoredEntity[]): Promise<Uid | undefined> {
  const parents = new Map(written.map(({ uid, parents: own }) => [keyOf(uid), own]))
  for (const { uid, above } of await storedAbove(
    tx,
    application,
    written.flatMap((entity) => entity.parents),
  )) {
    if (!parents.has(keyOf(uid))) parents.set(keyOf(uid), above)
  }
  const done = new Set<string>()
  for (const { uid } of written) {
    // Depth first without recursion: who is met again while still open is its own ancestor.
    const open = new Set([keyOf(uid)])
    const path = [{ key: keyOf(uid), next: 0 }]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const parent = parents.get(top.key)?.[top.next]
      top.next += 1
      if (parent === undefined) {
        open.delete(top.key)
        done.add(top.key)
        path.pop()
      } else if (open.has(keyOf(parent))) return parent
      else if (!done.has(keyOf(parent))) {
        open.add(keyOf(parent))
        path.push({ key: keyOf(parent), next: 0 })
      }
    }
  }
  return undefined
}

async function storedAbove(
  tx: Db,
  application: string,
  uids: readonly Uid[],
): Promise<{ readonly uid: Uid; readonly above: Uid[] }[]> {
  if (uids.length === 0) return []
  const { rows } = await sql<Pick<EntityRow, 'type' | 'id' | 'parent_types' | 'parent_ids'>>`
    WITH RECURSIVE above (above_type, above_id) AS (
      SELECT * FROM unnest(${uids.map(({ type }) => type)}::text[], ${uids.map(({ id }) => id)}::text[])
      UNION
      SELECT parent.type, parent.id FROM above
        JOIN stored_entities s ON s.application_id = ${application} AND s.type = above_type AND s.id = above_id AND s.recorded_to IS NULL
        CROSS JOIN LATERAL unnest(s.parent_types, s.parent_ids) AS parent (type, id))
    SELECT type, id, parent_types, parent_ids FROM above
      JOIN stored_entities ON application_id = ${application} AND type = above_type AND id = above_id AND recorded_to IS NULL`.execute(
    tx.kysely(),
  )
  return rows.map((row) => ({ uid: { type: row.type, id: row.id }, above: parentsOf(row) }))
}
