import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { DirectoryTables } from '../tables.ts'
import type { Reading } from '../types.ts'

const from = (tx: Reading): Kysely<DirectoryTables> => tx.kysely<DirectoryTables>()

/** Who may be in a group. */
export interface Member {
  readonly type: 'Person' | 'Service'
  readonly id: string
}

const columnOf = ({ type }: Member) => (type === 'Person' ? 'person_id' : 'service_id')

/** @returns the groups that each is in directly, in order */
export async function directGroups(
  tx: Reading,
  type: Member['type'],
  ids: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  const found = new Map<string, string[]>(ids.map((id) => [id, []]))
  if (ids.length === 0) return found
  const column = type === 'Person' ? 'person_id' : 'service_id'
  const rows = await from(tx)
    .selectFrom('memberships')
    .select([`${column} as member`, 'group_id'])
    .where(column, 'in', ids)
    .orderBy('group_id')
    .execute()
  for (const { member, group_id: group } of rows) if (member !== null) found.get(member)?.push(group)
  return found
}

export async function addMemberships(tx: Tx, member: Member, groups: readonly string[], now: Date): Promise<void> {
  if (groups.length === 0) return
  await from(tx)
    .insertInto('memberships')
    .values(
      groups.map((group) => ({
        tenant_id: tx.tenant,
        group_id: group,
        [columnOf(member)]: member.id,
        created_at: now,
      })),
    )
    .execute()
}

export async function removeMemberships(tx: Tx, member: Member, groups: readonly string[]): Promise<void> {
  if (groups.length === 0) return
  await from(tx)
    .deleteFrom('memberships')
    .where(columnOf(member), '=', member.id)
    .where('group_id', 'in', groups)
    .execute()
}

/** Direct and indirect, in order. A row names its tenant, so that this holds for the system's role too, which sees them all. */
export async function groupsAbove(tx: Reading, member: Member): Promise<string[]> {
  const { rows } = await sql<{ groups: string[] }>`
    SELECT ${groupsAboveOf(columnOf(member), sql`${member.id}::uuid`)} AS groups`.execute(tx.kysely())
  return rows[0]?.groups ?? []
}

/** Direct and indirect, as an array, in order. @param column by which memberships name this one */
export function groupsAboveOf(column: 'person_id' | 'service_id', id: RawBuilder<unknown>): RawBuilder<string[]> {
  return sql`ARRAY(
    WITH RECURSIVE above AS (
      SELECT m.tenant_id, m.group_id FROM memberships m WHERE m.${sql.ref(column)} = ${id}
      UNION
      SELECT p.tenant_id, p.parent_id FROM group_parents p
        JOIN above ON p.tenant_id = above.tenant_id AND p.group_id = above.group_id)
    SELECT group_id FROM above ORDER BY 1)`
}

/** Direct and indirect, in order. @returns undefined: unknown, or disabled */
export async function groupsOfActive(tx: Reading, member: Member): Promise<readonly string[] | undefined> {
  const active = member.type === 'Person' ? sql`people WHERE state = 'active' AND` : sql`services WHERE`
  const { rows } = await sql<{ groups: string[] }>`
    SELECT ${groupsAboveOf(columnOf(member), sql`${member.id}::uuid`)} AS groups FROM ${active} id = ${member.id}::uuid`.execute(
    tx.kysely(),
  )
  return rows[0]?.groups
}

/** Of many people at once. @returns nothing of who is unknown, or disabled */
export async function groupsOfActivePeople(
  tx: Reading,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ id: string; groups: string[] }>`
    SELECT id, ${groupsAboveOf('person_id', sql`people.id`)} AS groups FROM people
    WHERE state = 'active' AND id = ANY(${ids}::uuid[])`.execute(tx.kysely())
  return new Map(rows.map(({ id, groups }) => [id, groups]))
}

/** Direct and indirect, of many at once: people and services by their ids, groups by their slugs. */
export async function groupsAboveAll(
  tx: Reading,
  ids: { readonly members: readonly string[]; readonly groups: readonly string[] },
): Promise<readonly { readonly id: string; readonly group: string }[]> {
  const { rows } = await sql<{ id: string; group: string }>`
    WITH RECURSIVE above (id, tenant_id, group_id) AS (
      (SELECT coalesce(person_id, service_id)::text, tenant_id, group_id FROM memberships
        WHERE person_id = ANY(${ids.members}::uuid[]) OR service_id = ANY(${ids.members}::uuid[])
      UNION ALL
      SELECT group_id, tenant_id, parent_id FROM group_parents WHERE group_id = ANY(${ids.groups}::text[]))
      UNION
      SELECT above.id, p.tenant_id, p.parent_id FROM group_parents p
        JOIN above ON p.tenant_id = above.tenant_id AND p.group_id = above.group_id)
    SELECT id, group_id AS group FROM above ORDER BY 1, 2`.execute(tx.kysely())
  return rows
}

/** @returns the active people who are in the group, directly or not */
export async function activePeopleIn(tx: Reading, group: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH RECURSIVE below (tenant_id, group_id) AS (
      SELECT tenant_id, id FROM groups WHERE id = ${group}
      UNION
      SELECT p.tenant_id, p.group_id FROM group_parents p
        JOIN below ON p.tenant_id = below.tenant_id AND p.parent_id = below.group_id)
    SELECT DISTINCT people.id FROM below
      JOIN memberships m ON m.tenant_id = below.tenant_id AND m.group_id = below.group_id
      JOIN people ON people.id = m.person_id
    WHERE people.state = 'active'`.execute(tx.kysely())
  return rows.map((row) => row.id)
}
