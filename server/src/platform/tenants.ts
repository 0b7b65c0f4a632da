import { sql } from 'kysely'
import type { Database } from './database/database.ts'
import type { Random } from './random.ts'

const defaultTenantSlug = 'default'

/** @returns the id of the tenant that an installation starts with; made at the first start, by whichever replica is first */
export async function ensureDefaultTenant(database: Database, random: Random): Promise<string> {
  return database.asSystem(async (tx) => {
    await sql`
      INSERT INTO tenants (id, slug, name) VALUES (${random.id()}::uuid, ${defaultTenantSlug}, 'Default') ON CONFLICT (slug) DO NOTHING`.execute(
      tx.kysely(),
    )
    const { rows } = await sql<{ id: string }>`SELECT id FROM tenants WHERE slug = ${defaultTenantSlug}`.execute(
      tx.kysely(),
    )
    const id = rows[0]?.id
    if (id === undefined) throw new Error('the default tenant is missing')
    return id
  })
}
