import { type RawBuilder, sql } from 'kysely'
import type { Uid } from '../../../platform/ports.ts'
import type { PrincipalEntity, Reading } from '../types.ts'

/** Whoever may act, and groups; who is in which; at a moment. Each is one plain scan: put together here, not by a plan. */
interface Sources {
  readonly people: RawBuilder<unknown>
  readonly services: RawBuilder<unknown>
  readonly groups: RawBuilder<unknown>
  readonly memberships: RawBuilder<unknown>
  readonly nesting: RawBuilder<unknown>
}

const now: Sources = {
  people: sql`people WHERE state = 'active'`,
  services: sql`services`,
  groups: sql`groups`,
  memberships: sql`memberships`,
  nesting: sql`group_parents`,
}

function then(at: Date): Sources {
  const believed = sql`recorded_from <= ${at} AND (recorded_to IS NULL OR recorded_to > ${at})`
  return {
    people: sql`people_history WHERE state = 'active' AND ${believed}`,
    services: sql`services_history WHERE ${believed}`,
    groups: sql`groups_history WHERE ${believed}`,
    memberships: sql`memberships_history WHERE ${believed}`,
    nesting: sql`group_parents_history WHERE ${believed}`,
  }
}

/**
 * Active people, services and groups, each with its direct groups, in the order of type and id.
 * @param at as it was then; now, when not said
 */
export async function selectPrincipals(tx: Reading, at?: Date): Promise<PrincipalEntity[]> {
  const from = at === undefined ? now : then(at)
  const { rows: principals } = await sql<{ type: Uid['type']; id: string; application: string | null }>`
    SELECT 'Person' AS type, id::text, NULL AS application FROM ${from.people}
    UNION ALL SELECT 'Service', id::text, application FROM ${from.services}
    UNION ALL SELECT 'Group', id, NULL FROM ${from.groups}
    ORDER BY 1, 2`.execute(tx.kysely())
  const { rows: places } = await sql<{ type: Uid['type']; id: string; parent: string }>`
    SELECT CASE WHEN person_id IS NULL THEN 'Service' ELSE 'Person' END AS type,
      coalesce(person_id, service_id)::text AS id, group_id AS parent FROM ${from.memberships}
    UNION ALL SELECT 'Group', group_id, parent_id FROM ${from.nesting}
    ORDER BY 3`.execute(tx.kysely())
  const parents = new Map<string, Uid[]>()
  for (const { type, id, parent } of places) {
    const key = `${type} ${id}`
    const known = parents.get(key)
    if (known === undefined) parents.set(key, [{ type: 'Group', id: parent }])
    else known.push({ type: 'Group', id: parent })
  }
  return principals.map(({ type, id, application }) => ({
    uid: { type, id },
    application,
    parents: parents.get(`${type} ${id}`) ?? [],
  }))
}
