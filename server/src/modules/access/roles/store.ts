import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import { believedAt } from '../world/moment.ts'
import type { Role } from '../world/types.ts'

type Db = Pick<Transaction, 'kysely'>

/** In the order of their ids. @param at as they were then; now, when null */
export async function listRoles(tx: Db, application: string, at: Date | null = null): Promise<Role[]> {
  const { rows } =
    at === null
      ? await sql<Role>`
          SELECT id, name, description, builtin, ARRAY(
            SELECT parent_id FROM role_parents p
            WHERE p.application_id = r.application_id AND p.role_id = r.id ORDER BY 1) AS parents
          FROM roles r WHERE application_id = ${application} ORDER BY id`.execute(tx.kysely())
      : await sql<Role>`
          SELECT id, name, description, builtin, ARRAY(
            SELECT parent_id FROM role_parents_history p
            WHERE p.application_id = r.application_id AND p.role_id = r.id AND ${believedAt(at)} ORDER BY 1) AS parents
          FROM roles_history r WHERE application_id = ${application} AND ${believedAt(at)} ORDER BY id`.execute(
          tx.kysely(),
        )
  return rows
}

export interface RoleWrite extends Role {
  readonly at: Date
}

/** Creates the role, or changes the one that is there. Its parents have to be there. */
export async function writeRole(tx: Db, application: string, role: RoleWrite): Promise<void> {
  const parents = [...role.parents]
  await sql`
    INSERT INTO roles (tenant_id, application_id, id, name, description, builtin, created_at)
    VALUES (current_tenant(), ${application}, ${role.id}, ${role.name}, ${role.description}, ${role.builtin}, ${role.at})
    ON CONFLICT (tenant_id, application_id, id) DO UPDATE SET
      name = excluded.name, description = excluded.description, builtin = excluded.builtin`.execute(tx.kysely())
  await sql`
    DELETE FROM role_parents WHERE application_id = ${application} AND role_id = ${role.id}
      AND NOT parent_id = ANY(${parents}::text[])`.execute(tx.kysely())
  await sql`
    INSERT INTO role_parents (tenant_id, application_id, role_id, parent_id)
    SELECT current_tenant(), ${application}, ${role.id}, parent FROM unnest(${parents}::text[]) AS parent
    ON CONFLICT DO NOTHING`.execute(tx.kysely())
}

export async function deleteRole(tx: Db, application: string, id: string): Promise<void> {
  await sql`DELETE FROM roles WHERE application_id = ${application} AND id = ${id}`.execute(tx.kysely())
}
