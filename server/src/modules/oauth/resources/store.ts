import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

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

/** The one that every application has. */
export function defaultIdentifier(application: string): string {
  return `urn:holdfast:application:${application}`
}

const columns = sql`identifier, application_id AS application, scopes`
/** The origin of a guarded host means the application behind it, whoever declared it before. */
const ofHost = sql`h.tenant_id = r.tenant_id AND r.identifier IN ('https://' || h.host, 'http://' || h.host)`

/** In order, the default one first, declared or not. @param tenant where the transaction sees more than one */
export async function resourcesOf(tx: Db, application: string, tenant: string | null = null): Promise<Resource[]> {
  const { rows } = await sql<Resource>`
    SELECT ${columns} FROM oauth_resources r
    WHERE application_id = ${application} AND tenant_id = coalesce(${tenant}::uuid, current_tenant())
      AND NOT EXISTS (SELECT 1 FROM application_hosts h WHERE ${ofHost} AND h.application_id <> r.application_id)
    ORDER BY identifier`.execute(tx.kysely())
  const own = defaultIdentifier(application)
  const declared = rows.find(({ identifier }) => identifier === own) ?? { identifier: own, application, scopes: [] }
  return [declared, ...rows.filter(({ identifier }) => identifier !== own)]
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
    LEFT JOIN applications a ON 'urn:holdfast:application:' || a.id = i.identifier AND a.tenant_id = own.tenant
    LEFT JOIN application_hosts h ON i.identifier IN ('https://' || h.host, 'http://' || h.host) AND h.tenant_id = own.tenant
    LEFT JOIN oauth_resources d ON d.tenant_id = own.tenant AND d.application_id = h.application_id
      AND d.identifier = 'urn:holdfast:application:' || h.application_id
    WHERE coalesce(r.application_id, a.id, h.application_id) IS NOT NULL`.execute(tx.kysely())
  return rows
}

/** @returns those that another application has, or that are the origin of a host of one */
export async function identifiersOfOthers(
  tx: Db,
  application: string,
  identifiers: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ identifier: string }>`
    SELECT identifier FROM oauth_resources
    WHERE identifier = ANY(${[...identifiers]}::text[]) AND application_id <> ${application}
    UNION SELECT wanted FROM unnest(${[...identifiers]}::text[]) AS wanted
    JOIN application_hosts h ON wanted IN ('https://' || h.host, 'http://' || h.host)
    WHERE h.application_id <> ${application}`.execute(tx.kysely())
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
