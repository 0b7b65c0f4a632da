import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import { withOwnScope } from './own-api.ts'

type Db = Pick<Transaction, 'kysely'>

export interface Scope {
  readonly name: string
  /** for the person who is asked */
  readonly description: string
}

/** What access tokens are for (RFC 8707). */
export interface Resource {
  readonly identifier: string
  readonly application: string
  readonly scopes: readonly Scope[]
}

/** The one that every application has. @param tenant where the transaction sees more than one */
export async function defaultIdentifier(tx: Db, application: string, tenant: string | null = null): Promise<string> {
  const { rows } = await sql<{ own: string }>`
    SELECT application_resource(coalesce(${tenant}::uuid, current_tenant()), ${application}) AS own`.execute(
    tx.kysely(),
  )
  return rows[0]?.own ?? ''
}

/** The origin of a guarded host means the application behind it, whoever declared it before, in whatever tenant. */
const isOfAnothersHost = sql`EXISTS (SELECT FROM application_hosts h WHERE r.identifier IN ('https://' || h.host, 'http://' || h.host)
  AND NOT (h.tenant_id = r.tenant_id AND h.application_id = r.application_id))`

/** In order, the default one first, declared or not. @param tenant where the transaction sees more than one */
export async function resourcesOf(tx: Db, application: string, tenant: string | null = null): Promise<Resource[]> {
  const { rows } = await sql<Resource>`
    SELECT own.identifier, ${application}::text AS application, coalesce(r.scopes, '[]'::jsonb) AS scopes, 0 AS place
    FROM (SELECT t.id AS tenant, application_resource(t.id, ${application}) AS identifier
      FROM coalesce(${tenant}::uuid, current_tenant()) AS t(id)) AS own
    LEFT JOIN oauth_resources r ON r.tenant_id = own.tenant AND r.identifier = own.identifier
    UNION ALL
    SELECT identifier, application_id, scopes, 1 FROM oauth_resources r
    WHERE r.application_id = ${application} AND r.tenant_id = coalesce(${tenant}::uuid, current_tenant())
      AND r.identifier <> application_resource(r.tenant_id, r.application_id) AND NOT ${isOfAnothersHost}
    ORDER BY place, identifier`.execute(tx.kysely())
  return rows.map(({ identifier, scopes }) => withOwnScope({ identifier, application, scopes }))
}

/** The origins of the hosts at which a gateway guards it (RFC 9728), with the scopes of its default identifier. */
export async function originsOf(tx: Db, { application, scopes }: Resource, tenant: string): Promise<Resource[]> {
  const { rows } = await sql<{ identifier: string }>`
    SELECT scheme || host AS identifier FROM application_hosts, unnest(ARRAY['https://', 'http://']) AS scheme
    WHERE application_id = ${application} AND tenant_id = ${tenant}::uuid ORDER BY 1`.execute(tx.kysely())
  return rows.map(({ identifier }) => ({ identifier, application, scopes }))
}

/**
 * @returns those of these identifiers that mean an application: declared ones, default ones, and the origins of the hosts at which
 *   a gateway guards one (RFC 9728: what it publishes as its resource)
 */
export async function findResources(
  tx: Db,
  identifiers: readonly string[],
  tenant: string | null = null,
): Promise<Resource[]> {
  if (identifiers.length === 0) return []
  const { rows } = await sql<Resource>`
    SELECT i.identifier, coalesce(a.id, h.application_id, r.application_id) AS application,
      coalesce(r.scopes, d.scopes, '[]'::jsonb) AS scopes
    FROM unnest(${[...new Set(identifiers)]}::text[]) AS i(identifier)
    CROSS JOIN coalesce(${tenant}::uuid, current_tenant()) AS own(tenant)
    LEFT JOIN oauth_resources r ON r.identifier = i.identifier AND r.tenant_id = own.tenant
    LEFT JOIN applications a ON application_resource(a.tenant_id, a.id) = i.identifier AND a.tenant_id = own.tenant
    LEFT JOIN application_hosts h ON i.identifier IN ('https://' || h.host, 'http://' || h.host) AND h.tenant_id = own.tenant
    LEFT JOIN oauth_resources d ON d.tenant_id = own.tenant AND d.application_id = h.application_id
      AND d.identifier = application_resource(h.tenant_id, h.application_id)
    WHERE coalesce(r.application_id, a.id, h.application_id) IS NOT NULL
      AND (a.id IS NOT NULL OR NOT EXISTS (SELECT FROM application_hosts o
        WHERE i.identifier IN ('https://' || o.host, 'http://' || o.host) AND o.tenant_id <> own.tenant))`.execute(
    tx.kysely(),
  )
  return rows.map((row) => withOwnScope(row))
}

/** @returns those that another application has, of this tenant or of any, as a resource or as the origin of a host */
export async function identifiersOfOthers(
  tx: Db,
  application: string,
  identifiers: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ identifier: string }>`
    SELECT DISTINCT identifier FROM resource_owners(${[...identifiers]}::text[]) AS o(identifier, tenant_id, application_id)
    WHERE NOT (o.tenant_id = current_tenant() AND o.application_id = ${application})`.execute(tx.kysely())
  return rows.map(({ identifier }) => identifier)
}

export async function replaceResources(
  tx: Db,
  application: string,
  resources: readonly Pick<Resource, 'identifier' | 'scopes'>[],
): Promise<void> {
  await sql`DELETE FROM oauth_resources WHERE application_id = ${application}`.execute(tx.kysely())
  for (const { identifier, scopes } of resources) await putResource(tx, { identifier, scopes, application })
}

export async function putResource(tx: Db, { identifier, application, scopes }: Resource): Promise<void> {
  await sql`
    INSERT INTO oauth_resources (tenant_id, identifier, application_id, scopes)
    VALUES (current_tenant(), ${identifier}, ${application}, ${JSON.stringify(scopes)}::jsonb)
    ON CONFLICT (tenant_id, identifier) DO UPDATE SET scopes = excluded.scopes
    WHERE oauth_resources.application_id = excluded.application_id`.execute(tx.kysely())
}
