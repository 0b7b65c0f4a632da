import { type Kysely, sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { DirectoryTables } from '../tables.ts'
import type { Reading } from '../types.ts'

const from = (tx: Reading): Kysely<DirectoryTables> => tx.kysely<DirectoryTables>()

export interface GroupRow {
  readonly id: string
  readonly name: string
  readonly builtin: boolean
  readonly parents: string[]
  /** people and services that are in it directly */
  readonly members: number
}

/**
 * One change of the hierarchy at a time in a tenant, until the transaction ends: "is there another operator" and "would
 * this be a circle" are questions about many rows. The row of `admins` serves as the lock.
 */
export async function lockHierarchy(tx: Tx): Promise<void> {
  await sql`SELECT 1 FROM groups WHERE id = 'admins' FOR NO KEY UPDATE`.execute(tx.kysely())
}

/** @returns false when there is a group of this id */
export async function insertGroup(
  tx: Tx,
  group: { readonly id: string; readonly name: string; readonly builtin?: boolean; readonly now: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await from(tx)
    .insertInto('groups')
    .values({
      tenant_id: tx.tenant,
      id: group.id,
      name: group.name,
      builtin: group.builtin ?? false,
      created_at: group.now,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export async function selectGroups(tx: Reading, only?: string): Promise<GroupRow[]> {
  const { rows } = await sql<GroupRow>`
    SELECT g.id, g.name, g.builtin,
      ARRAY(SELECT p.parent_id FROM group_parents p WHERE p.tenant_id = g.tenant_id AND p.group_id = g.id ORDER BY 1) AS parents,
      (SELECT count(*)::int FROM memberships m WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id) AS members
    FROM groups g WHERE ${only ?? null}::text IS NULL OR g.id = ${only ?? null}::text ORDER BY g.id`.execute(
    tx.kysely(),
  )
  return rows
}

/** @returns the first of the ids that is no group */
export async function missingGroup(tx: Reading, ids: readonly string[]): Promise<string | undefined> {
  if (ids.length === 0) return undefined
  const rows = await from(tx).selectFrom('groups').select('id').where('id', 'in', ids).execute()
  const known = new Set(rows.map(({ id }) => id))
  return ids.find((id) => !known.has(id))
}

export async function renameGroup(tx: Tx, id: string, name: string): Promise<void> {
  await from(tx).updateTable('groups').set({ name }).where('id', '=', id).execute()
}

export async function replaceParents(tx: Tx, id: string, parents: readonly string[]): Promise<void> {
  // What stays is not touched: its history says since when.
  const gone = from(tx).deleteFrom('group_parents').where('group_id', '=', id)
  if (parents.length === 0) {
    await gone.execute()
    return
  }
  await gone.where('parent_id', 'not in', parents).execute()
  await from(tx)
    .insertInto('group_parents')
    .values(parents.map((parent) => ({ tenant_id: tx.tenant, group_id: id, parent_id: parent })))
    .onConflict((conflict) => conflict.columns(['tenant_id', 'group_id', 'parent_id']).doNothing())
    .execute()
}

/** @returns whether `inner` is `outer`, or inside of it */
export async function isInside(tx: Reading, inner: string, outer: string): Promise<boolean> {
  const { rows } = await sql`
    WITH RECURSIVE above (id) AS (
      SELECT ${inner}::text
      UNION SELECT p.parent_id FROM group_parents p JOIN above ON p.group_id = above.id)
    SELECT 1 FROM above WHERE id = ${outer}::text`.execute(tx.kysely())
  return rows.length > 0
}

export async function removeGroup(tx: Tx, id: string): Promise<void> {
  await from(tx).deleteFrom('groups').where('id', '=', id).execute()
}
