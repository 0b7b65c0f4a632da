import { sql } from 'kysely'
import type { Uid } from '../../../platform/ports.ts'
import type { PrincipalEntity, Reading } from '../types.ts'

interface Row {
  readonly type: Uid['type']
  readonly id: string
  readonly application: string | null
  readonly parents: string[]
}

/** Active people, services and groups, each with its direct groups, in the order of type and id. */
export async function selectPrincipals(tx: Reading): Promise<PrincipalEntity[]> {
  const { rows } = await sql<Row>`
    SELECT 'Person' AS type, id::text, NULL AS application,
      ARRAY(SELECT group_id FROM memberships m WHERE m.person_id = people.id ORDER BY 1) AS parents
      FROM people WHERE state = 'active'
    UNION ALL
    SELECT 'Service', id::text, application,
      ARRAY(SELECT group_id FROM memberships m WHERE m.service_id = services.id ORDER BY 1)
      FROM services
    UNION ALL
    SELECT 'Group', id, NULL,
      ARRAY(SELECT parent_id FROM group_parents p WHERE p.tenant_id = groups.tenant_id AND p.group_id = groups.id ORDER BY 1)
      FROM groups
    ORDER BY 1, 2`.execute(tx.kysely())
  return rows.map(entityOf)
}

/** The same, as it was at a moment. */
export async function selectPrincipalsAt(tx: Reading, at: Date): Promise<PrincipalEntity[]> {
  const then = sql`recorded_from <= ${at} AND (recorded_to IS NULL OR recorded_to > ${at})`
  const { rows } = await sql<Row>`
    WITH members AS (
      SELECT coalesce(person_id, service_id) AS id, array_agg(group_id ORDER BY group_id) AS parents
      FROM memberships_history WHERE ${then} GROUP BY 1),
    nested AS (
      SELECT group_id AS id, array_agg(parent_id ORDER BY parent_id) AS parents
      FROM group_parents_history WHERE ${then} GROUP BY 1)
    SELECT 'Person' AS type, p.id::text, NULL AS application, coalesce(members.parents, '{}') AS parents
      FROM people_history p LEFT JOIN members ON members.id = p.id WHERE p.state = 'active' AND ${then}
    UNION ALL
    SELECT 'Service', s.id::text, s.application, coalesce(members.parents, '{}')
      FROM services_history s LEFT JOIN members ON members.id = s.id WHERE ${then}
    UNION ALL
    SELECT 'Group', g.id, NULL, coalesce(nested.parents, '{}')
      FROM groups_history g LEFT JOIN nested ON nested.id = g.id WHERE ${then}
    ORDER BY 1, 2`.execute(tx.kysely())
  return rows.map(entityOf)
}

function entityOf({ type, id, application, parents }: Row): PrincipalEntity {
  return { uid: { type, id }, application, parents: parents.map((parent) => ({ type: 'Group', id: parent })) }
}
