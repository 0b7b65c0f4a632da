import { type Kysely, sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { DirectoryTables } from '../tables.ts'
import type { PresentedService, Reading, ServiceRecord } from '../types.ts'
import { groupsAboveOf } from './memberships.ts'

const from = (tx: Reading): Kysely<DirectoryTables> => tx.kysely<DirectoryTables>()

export interface ServiceRow extends ServiceRecord {
  readonly createdAt: Date
}

export interface KeyRow {
  readonly id: string
  readonly service: string
  readonly prefix: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

const columns = ['id', 'tenant_id as tenant', 'name', 'application', 'created_at as createdAt'] as const

/** @returns false when there is a service of this name */
export async function insertService(
  tx: Tx,
  service: { readonly id: string; readonly name: string; readonly application: string | null; readonly now: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await from(tx)
    .insertInto('services')
    .values({
      id: service.id,
      tenant_id: tx.tenant,
      name: service.name,
      application: service.application,
      created_at: service.now,
    })
    .onConflict((conflict) => conflict.constraint('services_name').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export async function findService(tx: Reading, id: string): Promise<ServiceRow | null> {
  const row = await from(tx).selectFrom('services').select(columns).where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function findServices(tx: Reading, ids: readonly string[]): Promise<ServiceRow[]> {
  if (ids.length === 0) return []
  return from(tx).selectFrom('services').select(columns).where('id', 'in', ids).execute()
}

export async function findServiceByName(tx: Reading, name: string): Promise<ServiceRow | null> {
  const row = await from(tx).selectFrom('services').select(columns).where('name', '=', name).executeTakeFirst()
  return row ?? null
}

/** Until the transaction ends nobody else changes the service or its keys. */
export async function lockService(tx: Tx, id: string): Promise<ServiceRow | null> {
  const row = await from(tx).selectFrom('services').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
  return row ?? null
}

/** Newest first. */
export function selectServices(
  tx: Reading,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<ServiceRow[]> {
  let select = from(tx).selectFrom('services').select(columns).orderBy('id', 'desc').limit(page.limit)
  if (page.after !== undefined) select = select.where('id', '<', page.after)
  return select.execute()
}

/** @returns false when another service has the name */
export async function renameService(tx: Tx, id: string, name: string): Promise<boolean> {
  const other = await findServiceByName(tx, name)
  if (other !== null && other.id !== id) return false
  await from(tx).updateTable('services').set({ name }).where('id', '=', id).execute()
  return true
}

export async function removeService(tx: Tx, id: string): Promise<void> {
  await from(tx).deleteFrom('services').where('id', '=', id).execute()
}

export async function insertKey(
  tx: Tx,
  key: {
    readonly id: string
    readonly service: string
    readonly hash: Buffer
    readonly prefix: string
    readonly now: Date
  },
): Promise<void> {
  await from(tx)
    .insertInto('service_keys')
    .values({
      id: key.id,
      tenant_id: tx.tenant,
      service_id: key.service,
      key_hash: key.hash,
      prefix: key.prefix,
      created_at: key.now,
    })
    .execute()
}

/** Oldest first. */
export async function selectKeys(tx: Reading, services: readonly string[]): Promise<KeyRow[]> {
  if (services.length === 0) return []
  return from(tx)
    .selectFrom('service_keys')
    .select(['id', 'service_id as service', 'prefix', 'created_at as createdAt', 'last_used_at as lastUsedAt'])
    .where('service_id', 'in', services)
    .orderBy('id')
    .execute()
}

/** @returns false when the service has no such key */
export async function removeKey(tx: Tx, service: string, key: string): Promise<boolean> {
  const { numDeletedRows } = await from(tx)
    .deleteFrom('service_keys')
    .where('id', '=', key)
    .where('service_id', '=', service)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

export async function countServicesOf(tx: Reading, application: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM services WHERE application = ${application}`.execute(tx.kysely())
  return rows[0]?.count ?? 0
}

/** Before a tenant is known, too: the hash is unique in the installation. */
export async function findServiceByKey(
  tx: Reading,
  hash: Buffer,
): Promise<(PresentedService & { key: string; lastUsedAt: Date | null }) | null> {
  const { rows } = await sql<PresentedService & { key: string; lastUsedAt: Date | null }>`
    SELECT s.id, s.tenant_id AS tenant, s.name, s.application, k.id AS key, k.last_used_at AS "lastUsedAt",
      ${groupsAboveOf('service_id', sql`s.id`)} AS groups
    FROM service_keys k JOIN services s ON s.id = k.service_id WHERE k.key_hash = ${hash}`.execute(tx.kysely())
  return rows[0] ?? null
}

export async function touchKey(tx: Reading, key: string, at: Date): Promise<void> {
  await from(tx).updateTable('service_keys').set({ last_used_at: at }).where('id', '=', key).execute()
}
