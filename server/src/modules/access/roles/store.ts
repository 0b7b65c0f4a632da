import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import { believedAt } from '../world/moment.ts'
import type { Role } from '../world/types.ts'

type Db = Pick<Transaction, 'kysely'>

/** In the order of their ids. @param at null: now */
export async function listRoles(tx: Db, application: string, at: Date | null = null): Promise<Role[]> {
  const { rows } = await sql<Role>`
    SELECT id, name, description, builtin, ARRAY(
      SELECT parent_id FROM role_parents_history p WHERE p.application_id = r.application_id AND p.role_id = r.id
        AND p.tenant_id = r.tenant_id AND ${believedAt(at)} ORDER BY 1) AS parents
    FROM roles_history r WHERE application_id = ${application} AND ${believedAt(at)} ORDER BY id`.execute(tx.kysely())
  return rows
}
