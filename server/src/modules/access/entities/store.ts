import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import { nextTurn } from '../../../platform/turns.ts'
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

const place = { table: 'stored_entities', column: 'attributes' } as const
const purpose = 'access'

/** Opens what is encrypted, so many at a time: some milliseconds, and other requests get their turn in between. */
const atOnce = 1_000

export function sealedAttributes(keys: Pick<Keyring, 'encrypted'>): EncryptedColumn {
  return keys.encrypted({ ...place, purpose })
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
    if (start > 0) await nextTurn()
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

/** What is stored of these now. */
export async function currentEntities(
  tx: Db,
  keys: Pick<Keyring, 'encrypted'>,
  application: string,
  uids: readonly Uid[],
): Promise<StoredEntity[]> {
  const { rows } = await sql<EntityRow>`
    SELECT ${entityColumns} FROM stored_entities JOIN ${pairs(uids)} ON type = wanted_type AND id = wanted_id
    WHERE application_id = ${application} AND recorded_to IS NULL`.execute(tx.kysely())
  return openEntities(tx, sealedAttributes(keys), rows)
}

export async function countEntities(tx: Db, application: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM stored_entities WHERE application_id = ${application} AND recorded_to IS NULL`.execute(
    tx.kysely(),
  )
  return rows[0]?.count ?? 0
}

/** Records a version of each; those before are closed. */
export async function saveEntities(
  tx: Db,
  { keys, random }: { readonly keys: Pick<Keyring, 'ring'>; readonly random: Random },
  application: string,
  entities: readonly StoredEntity[],
): Promise<void> {
  if (entities.length === 0) return
  await removeEntities(
    tx,
    application,
    entities.map(({ uid }) => uid),
  )
  const ring = await keys.ring(tx, [{ purpose, messages: entities.length }])
  const rows = entities.map(({ uid, attrs, tags, parents }) => {
    const row = random.id()
    const sealed = ring.close({ purpose }, { ...place, row }, JSON.stringify({ attrs, tags }))
    return { row, uid, sealed, types: parents.map(({ type }) => type), ids: parents.map(({ id }) => id) }
  })
  await sql`
    INSERT INTO stored_entities (tenant_id, row_id, application_id, type, id, parent_types, parent_ids, attributes)
    SELECT current_tenant(), row_id, ${application}, type, id,
      ARRAY(SELECT jsonb_array_elements_text(parent_types)), ARRAY(SELECT jsonb_array_elements_text(parent_ids)), attributes
    FROM unnest(${rows.map(({ row }) => row)}::uuid[], ${rows.map(({ uid }) => uid.type)}::text[],
      ${rows.map(({ uid }) => uid.id)}::text[], ${rows.map(({ types }) => JSON.stringify(types))}::jsonb[],
      ${rows.map(({ ids }) => JSON.stringify(ids))}::jsonb[], ${rows.map(({ sealed }) => sealed)}::bytea[])
      AS given (row_id, type, id, parent_types, parent_ids, attributes)`.execute(tx.kysely())
}

/** @returns those that were there */
export async function removeEntities(tx: Db, application: string, uids: readonly Uid[]): Promise<Uid[]> {
  const { rows } = await sql<Uid>`
    UPDATE stored_entities SET recorded_to = now() FROM ${pairs(uids)}
    WHERE application_id = ${application} AND recorded_to IS NULL AND type = wanted_type AND id = wanted_id
    RETURNING type, id`.execute(tx.kysely())
  return rows
}

export interface EntityPage {
  readonly type?: string | undefined
  readonly uid?: Uid | undefined
  /** the last of the page before */
  readonly after?: Uid | undefined
  readonly limit: number
}

/** In the order of type and id. */
export async function pageOfEntities(
  tx: Db,
  sealed: EncryptedColumn,
  application: string,
  { type, uid, after, limit }: EntityPage,
): Promise<StoredEntity[]> {
  const { rows } = await sql<EntityRow>`
    SELECT ${entityColumns} FROM stored_entities WHERE application_id = ${application} AND recorded_to IS NULL
      AND (${type ?? null}::text IS NULL OR type = ${type ?? null})
      AND (${uid === undefined} OR (type = ${uid?.type ?? ''} AND id = ${uid?.id ?? ''}))
      AND (${after === undefined} OR (type, id) > (${after?.type ?? ''}, ${after?.id ?? ''}))
    ORDER BY type, id LIMIT ${limit}`.execute(tx.kysely())
  return openEntities(tx, sealed, rows)
}

function pairs(uids: readonly Uid[]) {
  return sql`unnest(${uids.map(({ type }) => type)}::text[], ${uids.map(({ id }) => id)}::text[]) AS wanted (wanted_type, wanted_id)`
}
