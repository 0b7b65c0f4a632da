import { sql } from 'kysely'
import { announce } from '../../platform/database/announce.ts'
import type { z } from 'zod'
import type { Refused } from '../../platform/outcome.ts'
import { selectTenants, type Tenant, tenantsChannel } from '../../platform/tenants.ts'
import type { Tx } from '../../platform/work.ts'
import type { TenantHits } from './shapes.ts'

/*
 * All of it as the system, inside of `asSystemIn`: a tenant knows itself alone.
 */

type Db = Pick<Tx, 'kysely'>

/** A refusal commits: what was written on the way to it must not. */
export async function whole<T>(tx: Db, run: () => Promise<T | Refused>): Promise<T | Refused> {
  await sql`SAVEPOINT tenant`.execute(tx.kysely())
  const result = await run()
  if (isRefused(result)) await sql`ROLLBACK TO SAVEPOINT tenant`.execute(tx.kysely())
  return result
}

export function isRefused(result: unknown): result is Refused {
  return typeof result === 'object' && result !== null && 'ok' in result && result.ok === false
}

/** @returns false when the slug is taken */
export async function insertTenant(
  tx: Db,
  given: Pick<Tenant, 'id' | 'slug' | 'name' | 'createdAt'>,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO tenants (id, slug, name, created_at)
    VALUES (${given.id}::uuid, ${given.slug}, ${given.name}, ${given.createdAt}) ON CONFLICT (slug) DO NOTHING`.execute(
    tx.kysely(),
  )
  await announce(tx, tenantsChannel)
  return numAffectedRows === 1n
}

/** Whom and what deleting a tenant would hit. */
export async function countHits(tx: Db, id: string): Promise<z.output<typeof TenantHits>> {
  const { rows } = await sql<z.output<typeof TenantHits>>`
    SELECT (SELECT count(*)::int FROM people WHERE tenant_id = t.id) AS people,
      (SELECT count(*)::int FROM services WHERE tenant_id = t.id) AS services,
      (SELECT count(*)::int FROM applications WHERE tenant_id = t.id) AS applications,
      (SELECT count(*)::int FROM oauth_clients WHERE tenant_id = t.id) AS clients,
      (SELECT count(*)::int FROM events WHERE tenant_id = t.id) AS events,
      (SELECT count(*)::int FROM data_keys WHERE tenant_id = t.id AND state <> 'destroyed') AS keys,
      (SELECT count(*)::int FROM legal_holds WHERE tenant_id = t.id AND released_at IS NULL) AS holds
    FROM tenants t WHERE id = ${id}::uuid`.execute(tx.kysely())
  if (rows[0] === undefined) throw new Error('the tenant was locked, and is gone')
  return rows[0]
}

/** Its name of people goes; the short one stays, so that nobody has it again. */
export async function writeDeleted(tx: Db, id: string, at: Date): Promise<void> {
  await sql`DELETE FROM tenant_hosts WHERE tenant_id = ${id}::uuid`.execute(tx.kysely())
  await sql`UPDATE tenants SET deleted_at = ${at}, name = slug WHERE id = ${id}::uuid`.execute(tx.kysely())
  await announce(tx, tenantsChannel)
}

/** Two who change the same tenant come one after the other. */
export async function lockTenant(tx: Db, named: string): Promise<Tenant | undefined> {
  await sql`SELECT FROM tenants WHERE slug = ${named} OR id::text = ${named} FOR UPDATE`.execute(tx.kysely())
  return (await selectTenants(tx)).find(({ id, slug }) => slug === named || id === named)
}

export async function writeName(tx: Db, id: string, name: string): Promise<void> {
  await sql`UPDATE tenants SET name = ${name} WHERE id = ${id}::uuid`.execute(tx.kysely())
  await announce(tx, tenantsChannel)
}

/** @returns the host that another tenant has, or one of its applications has for itself; undefined when all are written */
export async function writeHosts(tx: Db, id: string, hosts: readonly string[]): Promise<string | undefined> {
  await sql`DELETE FROM tenant_hosts WHERE tenant_id = ${id}::uuid AND NOT host = ANY(${[...hosts]}::text[])`.execute(
    tx.kysely(),
  )
  for (const host of hosts) {
    const { rows } = await sql`
      INSERT INTO tenant_hosts (host, tenant_id) VALUES (${host}, ${id}::uuid)
      ON CONFLICT (host) DO UPDATE SET host = excluded.host WHERE tenant_hosts.tenant_id = excluded.tenant_id
      RETURNING host`.execute(tx.kysely())
    if (rows.length === 0) return host
  }
  await announce(tx, tenantsChannel)
  return undefined
}

export async function writeSuspended(tx: Db, id: string, at: Date | null): Promise<void> {
  await sql`UPDATE tenants SET suspended_at = ${at} WHERE id = ${id}::uuid`.execute(tx.kysely())
  await announce(tx, tenantsChannel)
}
