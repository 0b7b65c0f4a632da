import { sql } from 'kysely'
import { type Change, type ChangesPage, changesOf, changesPage, readChange } from '../../platform/changes.ts'
import type { Uid } from '../../platform/ports.ts'
import { isId } from './shapes.ts'
import type { Reading } from './types.ts'

/** What changed about a person, a service or a group, the newest first: whether they may act, and who is in what. */
export async function historyOf(tx: Reading, { type, id }: Uid, page: ChangesPage): Promise<readonly Change[]> {
  if (type !== 'Group' && !isId(id)) return []
  const member = sql`CASE WHEN person_id IS NULL THEN 'Service' ELSE 'Person' END`
  const group = sql`jsonb_build_object('group', group_id)`
  const memberships = (where: ReturnType<typeof sql>) =>
    changesOf({
      table: 'memberships_history',
      key: ['group_id', 'person_id', 'service_id'],
      what: 'membership',
      type: member,
      id: sql`coalesce(person_id, service_id)::text`,
      details: group,
      where,
    })
  const nesting = changesOf({
    table: 'group_parents_history',
    key: ['group_id', 'parent_id'],
    what: 'nesting',
    type: sql`'Group'`,
    id: sql`group_id`,
    details: sql`jsonb_build_object('group', parent_id)`,
    where: sql`(group_id = ${id} OR parent_id = ${id})`,
  })
  const groups = changesOf({
    table: 'groups_history',
    key: ['id'],
    what: 'group',
    type: sql`'Group'`,
    id: sql`id`,
    details: sql`'{}'::jsonb`,
    where: sql`id = ${id}`,
  })
  const account = (table: string, details: ReturnType<typeof sql>) =>
    changesOf({
      table,
      key: ['id'],
      what: 'account',
      type: sql`${type}::text`,
      id: sql`id::text`,
      details,
      where: sql`id = ${id}::uuid`,
    })
  const parts =
    type === 'Group'
      ? [groups, nesting, memberships(sql`group_id = ${id}`)]
      : type === 'Person'
        ? [
            account('people_history', sql`jsonb_build_object('state', state)`),
            memberships(sql`person_id = ${id}::uuid`),
          ]
        : type === 'Service'
          ? [
              account('services_history', sql`jsonb_build_object('application', application)`),
              memberships(sql`service_id = ${id}::uuid`),
            ]
          : []
  if (parts.length === 0) return []
  const { rows } = await changesPage(parts, page).execute(tx.kysely())
  return rows.map(readChange)
}
