import { sql } from 'kysely'
import { announce } from '../../platform/database/announce.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { edgeChannel } from '../../platform/epoch.ts'
import type { Uid } from '../../platform/ports.ts'

type Db = Pick<Transaction, 'kysely' | 'tenant'>

export interface ApplicationRow {
  readonly id: string
  readonly name: string
  readonly upstream: string | null
  readonly further_upstreams: string[]
  readonly public_paths: string[]
  readonly body_limit_bytes: number
  readonly request_timeout_ms: number
  readonly builtin: boolean
  readonly epoch: number
  readonly schema_text: string
  readonly schema_json: Record<string, unknown>
  readonly schema_version: number
  readonly schema_updated_at: Date
  readonly bundled_types: string[]
  /** gateways get its rules */
  readonly gateways_decide: boolean
  readonly created_at: Date
  readonly hosts: string[]
  readonly policies: number
}

export interface PolicyRow {
  readonly name: string
  readonly kind: 'policy' | 'template'
  readonly text: string
  readonly parsed: Record<string, unknown>
  readonly effect: 'permit' | 'forbid'
  readonly version: number
  readonly builtin: boolean
  readonly updated_at: Date
  readonly updated_by_type: string | null
  readonly updated_by_id: string | null
}

/** @param application undefined: all of the tenant (people, groups or services changed) */
export async function touchApplications(tx: Db, epoch: number, application?: string): Promise<void> {
  await sql`UPDATE applications SET epoch = ${epoch} WHERE ${application ?? null}::text IS NULL OR id = ${application ?? null}`.execute(
    tx.kysely(),
  )
  await announce(tx, edgeChannel)
}

export async function touchGateways(tx: Db, epoch: number): Promise<void> {
  await sql`UPDATE tenant_epochs SET gateway_epoch = ${epoch} WHERE tenant_id = current_tenant()`.execute(tx.kysely())
}

export async function letGatewaysDecide(tx: Db, application: string, decide: boolean): Promise<void> {
  await sql`UPDATE applications SET gateways_decide = ${decide} WHERE id = ${application}`.execute(tx.kysely())
}

/** Gateways hold the rules of some applications: their epoch is the newest of all that is in their bundle. */
export async function readEpochs(tx: Db): Promise<{ gateway: number; applications: Map<string, number> }> {
  const { rows } = await sql<{ id: string; epoch: string; gateways_decide: boolean; gateway_epoch: string }>`
    SELECT a.id, a.epoch, a.gateways_decide, t.gateway_epoch
    FROM applications a JOIN tenant_epochs t USING (tenant_id)`.execute(tx.kysely())
  const decided = rows.filter(({ gateways_decide: decide }) => decide).map(({ epoch }) => Number(epoch))
  return {
    gateway: Math.max(Number(rows[0]?.gateway_epoch ?? 0), ...decided),
    applications: new Map(rows.map((row) => [row.id, Number(row.epoch)])),
  }
}

const applicationColumns = sql`
  a.id, a.name, a.upstream, a.further_upstreams, a.public_paths, a.body_limit_bytes, a.request_timeout_ms, a.builtin, a.epoch::int AS epoch,
  a.schema_text, a.schema_json, a.schema_version, a.schema_updated_at, a.bundled_types, a.gateways_decide, a.created_at,
  array(SELECT host FROM application_hosts h WHERE h.application_id = a.id ORDER BY host) AS hosts,
  (SELECT count(*)::int FROM policies p WHERE p.application_id = a.id) AS policies`

export async function listApplications(tx: Db): Promise<ApplicationRow[]> {
  const { rows } =
    await sql<ApplicationRow>`SELECT ${applicationColumns} FROM applications a ORDER BY a.builtin, a.id`.execute(
      tx.kysely(),
    )
  return rows
}

export async function findApplication(tx: Db, id: string, lock = false): Promise<ApplicationRow | undefined> {
  const { rows } = await sql<ApplicationRow>`
    SELECT ${applicationColumns} FROM applications a WHERE a.id = ${id} ${lock ? sql`FOR UPDATE` : sql``}`.execute(
    tx.kysely(),
  )
  return rows[0]
}

/** Where an application runs: one origin, several, or none. */
export type Upstreams = string | readonly string[] | null

const listOf = (upstream: Upstreams): string[] =>
  upstream === null ? [] : typeof upstream === 'string' ? [upstream] : [...upstream]

export interface NewApplicationRow {
  readonly id: string
  readonly name: string
  readonly upstream: Upstreams
  readonly publicPaths: readonly string[]
  readonly builtin: boolean
  readonly epoch: number
  readonly schemaText: string
  readonly schemaJson: unknown
  readonly at: Date
}

/** @returns false when the id is taken */
export async function insertApplication(tx: Db, row: NewApplicationRow): Promise<boolean> {
  const [upstream = null, ...further] = listOf(row.upstream)
  const { numAffectedRows } = await sql`
    INSERT INTO applications (tenant_id, id, name, upstream, further_upstreams, public_paths, builtin, epoch, schema_text, schema_json, schema_updated_at, created_at)
    VALUES (current_tenant(), ${row.id}, ${row.name}, ${upstream}, ${further}, ${[...row.publicPaths]}, ${row.builtin}, ${row.epoch},
            ${row.schemaText}, ${JSON.stringify(row.schemaJson)}::jsonb, ${row.at}, ${row.at})
    ON CONFLICT (tenant_id, id) DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export interface RoutingChange {
  readonly name?: string | undefined
  readonly upstream?: Upstreams | undefined
  readonly publicPaths?: readonly string[] | undefined
  readonly limits?: { readonly bodyBytes: number; readonly requestTimeoutMs: number } | undefined
  readonly bundledTypes?: readonly string[] | undefined
}

export async function updateApplication(tx: Db, id: string, change: RoutingChange): Promise<void> {
  const [upstream = null, ...further] = listOf(change.upstream ?? null)
  await sql`
    UPDATE applications SET
      name = coalesce(${change.name ?? null}::text, name),
      upstream = CASE WHEN ${change.upstream !== undefined} THEN ${upstream}::text ELSE upstream END,
      further_upstreams = CASE WHEN ${change.upstream !== undefined} THEN ${further}::text[] ELSE further_upstreams END,
      public_paths = coalesce(${change.publicPaths === undefined ? null : [...change.publicPaths]}::text[], public_paths),
      body_limit_bytes = coalesce(${change.limits?.bodyBytes ?? null}::int, body_limit_bytes),
      request_timeout_ms = coalesce(${change.limits?.requestTimeoutMs ?? null}::int, request_timeout_ms),
      bundled_types = coalesce(${change.bundledTypes === undefined ? null : [...change.bundledTypes]}::text[], bundled_types)
    WHERE id = ${id}`.execute(tx.kysely())
}

/** As the system. */
export async function ownerOfHost(
  tx: Db,
  host: string,
): Promise<{ readonly tenant: string; readonly application: string } | undefined> {
  const { rows } = await sql<{ tenant: string; application: string }>`
    SELECT tenant_id AS tenant, application_id AS application FROM application_hosts WHERE host = ${host.toLowerCase()}`.execute(
    tx.kysely(),
  )
  return rows[0]
}

/** Which of the hosts belong to another application, of this tenant or of any: asked with the row locked by nobody, the key decides. */
export async function hostsOfOthers(tx: Db, application: string, hosts: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ host: string }>`
    SELECT host FROM host_owners(${[...hosts]}::text[]) AS o(host, tenant_id, application_id)
    WHERE NOT (o.tenant_id = current_tenant() AND o.application_id = ${application})`.execute(tx.kysely())
  return rows.map((row) => row.host)
}

export async function replaceHosts(tx: Db, application: string, hosts: readonly string[]): Promise<void> {
  await sql`DELETE FROM application_hosts WHERE application_id = ${application} AND NOT host = ANY(${[...hosts]}::text[])`.execute(
    tx.kysely(),
  )
  await sql`
    INSERT INTO application_hosts (tenant_id, host, application_id)
    SELECT DISTINCT current_tenant(), wanted, ${application} FROM unnest(${[...hosts]}::text[]) AS wanted
    WHERE NOT EXISTS (SELECT 1 FROM application_hosts WHERE host = wanted)`.execute(tx.kysely())
}

export async function writeSchema(tx: Db, application: string, text: string, json: unknown, at: Date): Promise<number> {
  const { rows } = await sql<{ schema_version: number }>`
    UPDATE applications SET schema_text = ${text}, schema_json = ${JSON.stringify(json)}::jsonb,
      schema_version = schema_version + 1, schema_updated_at = ${at}
    WHERE id = ${application} RETURNING schema_version`.execute(tx.kysely())
  return rows[0]?.schema_version ?? 0
}

/** With its policies and hosts. */
export async function deleteApplication(tx: Db, id: string): Promise<void> {
  await sql`DELETE FROM applications WHERE id = ${id}`.execute(tx.kysely())
}

const policyColumns = sql`name, kind, text, parsed, effect, version, builtin, updated_at, updated_by_type, updated_by_id`

export async function listPolicies(tx: Db, application: string): Promise<PolicyRow[]> {
  const { rows } = await sql<PolicyRow>`
    SELECT ${policyColumns} FROM policies WHERE application_id = ${application} ORDER BY name`.execute(tx.kysely())
  return rows
}

export async function findPolicy(tx: Db, application: string, name: string): Promise<PolicyRow | undefined> {
  const { rows } = await sql<PolicyRow>`
    SELECT ${policyColumns} FROM policies WHERE application_id = ${application} AND name = ${name}`.execute(tx.kysely())
  return rows[0]
}

export interface PolicyWrite {
  readonly application: string
  readonly name: string
  readonly kind: 'policy' | 'template'
  readonly text: string
  readonly parsed: unknown
  readonly effect: 'permit' | 'forbid'
  readonly builtin: boolean
  readonly by: Uid | null
  readonly at: Date
}

/** @returns the version written */
export async function writePolicy(tx: Db, row: PolicyWrite): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    INSERT INTO policies (tenant_id, application_id, name, kind, text, parsed, effect, version, builtin, updated_at, updated_by_type, updated_by_id)
    VALUES (current_tenant(), ${row.application}, ${row.name}, ${row.kind}, ${row.text}, ${JSON.stringify(row.parsed)}::jsonb, ${row.effect}, 1,
            ${row.builtin}, ${row.at}, ${row.by?.type ?? null}, ${row.by?.id ?? null})
    ON CONFLICT (tenant_id, application_id, name) DO UPDATE SET
      kind = excluded.kind, text = excluded.text, parsed = excluded.parsed, effect = excluded.effect, version = policies.version + 1,
      builtin = excluded.builtin, updated_at = excluded.updated_at,
      updated_by_type = excluded.updated_by_type, updated_by_id = excluded.updated_by_id
    RETURNING version`.execute(tx.kysely())
  return rows[0]?.version ?? 0
}

export async function deletePolicy(tx: Db, application: string, name: string): Promise<void> {
  await sql`DELETE FROM policies WHERE application_id = ${application} AND name = ${name}`.execute(tx.kysely())
}
