import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { EncryptedColumn, Keyring } from '../../keys/index.ts'
import { believedAt } from '../world/moment.ts'
import type { StoredEntity } from '../world/types.ts'

type Db = Pick<Transaction, 'kysely' | 'tenant'>

export interface EntityRow {
  readonly row_id: string
  readonly type: string
  readonly id: string
  readonly parent_types: string[]
  readonly parent_ids: string[]
  readonly attributes: Buffer
  readonly recorded_from: Date
}

export const entityColumns = sql`row_id, type, id, parent_types, parent_ids, attributes, recorded_from`

/** Opens what is encrypted, so many at a time: other requests get their turn in between. */
const atOnce = 2_000

export function sealedAttributes(keys: Pick<Keyring, 'encrypted'>): EncryptedColumn {
  return keys.encrypted({ table: 'stored_entities', column: 'attributes', purpose: 'access' })
}

/** In the order of type and id. @param at null: now */
export async function storedEntities(
  tx: Db,
  sealed: EncryptedColumn,
  application: string,
  at: Date | null = null,
): Promise<StoredEntity[]> {
  const { rows } = await sql<EntityRow>`
    SELECT ${entityColumns} FROM stored_entities WHERE application_id = ${application} AND ${believedAt(at)}
    ORDER BY type, id`.execute(tx.kysely())
  return openEntities(tx, sealed, rows)
}

/** An entity whose key was destroyed has no attributes: policies that ask for them fail. */
export async function openEntities(
  tx: Db,
  sealed: EncryptedColumn,
  rows: readonly EntityRow[],
): Promise<StoredEntity[]> {
  const entities: StoredEntity[] = []
  for (let start = 0; start < rows.length; start += atOnce) {
    const some = rows.slice(start, start + atOnce)
    const opened = await sealed.openAll(
      tx,
      some.map(({ row_id: row, attributes }) => ({ row, sealed: attributes })),
    )
    some.forEach((row, place) => entities.push(readEntity(row, opened[place] ?? null)))
  }
  return entities
}

function readEntity(row: EntityRow, text: string | null): StoredEntity {
  const { attrs, tags } =
    text === null ? { attrs: {}, tags: {} } : (JSON.parse(text) as Pick<StoredEntity, 'attrs' | 'tags'>)
  return { uid: { type: row.type, id: row.id }, attrs, tags, parents: parentsOf(row) }
}

export function parentsOf({
  parent_types: types,
  parent_ids: ids,
}: Pick<EntityRow, 'parent_types' | 'parent_ids'>): Uid[] {
  return types.map((type, place) => ({ type, id: ids[place] ?? '' }))
}

/** With the application they belong to. */
export async function dropEntities(tx: Db, application: string): Promise<void> {
  await sql`UPDATE stored_entities SET recorded_to = now() WHERE application_id = ${application} AND recorded_to IS NULL`.execute(
    tx.kysely(),
  )
}
