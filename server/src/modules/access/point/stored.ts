import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { EncryptedColumn } from '../../keys/index.ts'
import { type EntityRow, entityColumns, openEntities } from '../entities/store.ts'
import type { StoredEntity } from '../world/types.ts'

/** Entities that one question may touch. Who needs more asks a narrower question, or stores less about one thing. */
export const mostTouched = 5_000

/**
 * Those of these entities that are stored, and everything above them, up to one more than `mostTouched`. Each is looked up by its name
 * (there is one current version at most), whatever the planner believes about the size of the table.
 */
export async function storedWithAncestors(
  tx: Transaction,
  sealed: EncryptedColumn,
  application: string,
  uids: readonly Uid[],
): Promise<StoredEntity[]> {
  if (uids.length === 0) return []
  const { rows } = await sql<EntityRow>`
    WITH RECURSIVE above (above_type, above_id) AS (
      SELECT * FROM unnest(${uids.map(({ type }) => type)}::text[], ${uids.map(({ id }) => id)}::text[])
      UNION
      SELECT parent.type, parent.id FROM above
        CROSS JOIN LATERAL (SELECT parent_types, parent_ids FROM stored_entities
          WHERE application_id = ${application} AND type = above_type AND id = above_id AND recorded_to IS NULL LIMIT 1) AS s
        CROSS JOIN LATERAL unnest(s.parent_types, s.parent_ids) AS parent (type, id))
    SELECT ${entityColumns} FROM above
      CROSS JOIN LATERAL (SELECT ${entityColumns} FROM stored_entities
        WHERE application_id = ${application} AND type = above_type AND id = above_id AND recorded_to IS NULL LIMIT 1) AS s
    LIMIT ${mostTouched + 1}`.execute(tx.kysely())
  return openEntities(tx, sealed, rows)
}
