import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Uid } from '../../../platform/ports.ts'
import { believedAt } from '../world/moment.ts'
import type { Grant, GrantSource } from '../world/types.ts'

type Db = Pick<Transaction, 'kysely'>

export interface GrantRow {
  readonly id: string
  readonly version: number
  readonly principal_type: string
  readonly principal_id: string
  readonly role_id: string | null
  readonly template: string | null
  readonly resource_type: string | null
  readonly resource_id: string | null
  readonly valid_from: Date
  readonly valid_to: Date | null
  readonly source: GrantSource
  readonly source_id: string | null
  readonly reason: Buffer
  readonly recorded_from: Date
  readonly recorded_to: Date | null
  readonly recorded_by: string | null
}

const grantColumns = sql`id, version, principal_type, principal_id, role_id, template, resource_type, resource_id,
  valid_from, valid_to, source, source_id, reason, recorded_from, recorded_to, recorded_by`

/**
 * What was recorded as over already counts no more, whatever the clock of this replica says: `valid_to` of a grant that was
 * ended is the moment at which that was recorded.
 */
const notEnded = sql`(valid_to IS NULL OR valid_to > recorded_from)`

/** Grants that are in force now, or begin later. */
export async function liveGrants(tx: Db, application: string, now: Date): Promise<Grant[]> {
  const { rows } = await sql<GrantRow>`
    SELECT ${grantColumns} FROM grants WHERE application_id = ${application} AND recorded_to IS NULL
      AND ${notEnded} AND (valid_to IS NULL OR valid_to > ${now}) ORDER BY id`.execute(tx.kysely())
  return rows.map(readGrant)
}

/** Grants that held at a moment, or began later, by what was believed at another. @param recordedAt null: by all that is known */
export async function pastGrants(
  tx: Db,
  application: string,
  validAt: Date,
  recordedAt: Date | null,
): Promise<Grant[]> {
  const { rows } = await sql<GrantRow>`
    SELECT ${grantColumns} FROM grants WHERE application_id = ${application} AND ${believedAt(recordedAt)}
      AND (valid_to IS NULL OR valid_to > ${validAt}) ORDER BY id`.execute(tx.kysely())
  return rows.map(readGrant)
}

/** Grants in force at `at` of any of these principals. */
export async function grantsInForce(
  tx: Db,
  application: string,
  principals: readonly Uid[],
  at: Date,
): Promise<Grant[]> {
  const { rows } = await sql<GrantRow>`
    SELECT ${grantColumns} FROM grants JOIN unnest(${principals.map(({ type }) => type)}::text[], ${principals.map(({ id }) => id)}::text[])
      AS wanted(type, name) ON principal_type = wanted.type AND principal_id = wanted.name
    WHERE application_id = ${application} AND recorded_to IS NULL AND ${notEnded}
      AND valid_from <= ${at} AND (valid_to IS NULL OR valid_to > ${at}) ORDER BY id`.execute(tx.kysely())
  return rows.map(readGrant)
}

/** Given for good: it has no end, and nobody took it for a while only. */
export function isLasting({ validTo, source }: Pick<Grant, 'validTo' | 'source'>): boolean {
  return validTo === null && source !== 'elevation' && source !== 'break_glass'
}

export function isInForce({ validFrom, validTo }: Pick<Grant, 'validFrom' | 'validTo'>, at: Date): boolean {
  return validFrom <= at && (validTo === null || validTo > at)
}

export function readGrant(row: GrantRow): Grant {
  return {
    id: row.id,
    version: row.version,
    principal: { type: row.principal_type, id: row.principal_id },
    role: row.role_id,
    template: row.template,
    resource:
      row.resource_type === null || row.resource_id === null ? null : { type: row.resource_type, id: row.resource_id },
    validFrom: row.valid_from,
    validTo: row.valid_to,
    source: row.source,
    sourceId: row.source_id,
    recordedFrom: row.recorded_from,
    recordedTo: row.recorded_to,
    recordedBy: row.recorded_by,
  }
}

/** Grants of a principal that are not over: in force, or beginning later, however long. */
export async function grantsNotOver(tx: Db, application: string, principal: Uid): Promise<Grant[]> {
  const { rows } = await sql<GrantRow>`
    SELECT ${grantColumns} FROM grants WHERE application_id = ${application} AND recorded_to IS NULL AND ${notEnded}
      AND principal_type = ${principal.type} AND principal_id = ${principal.id}
      AND (valid_to IS NULL OR valid_to > now()) ORDER BY id`.execute(tx.kysely())
  return rows.map(readGrant)
}

/** How many grants that are not over give each role, or fill each template. */
export async function countGrants(tx: Db, application: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ what: string; count: number }>`
    SELECT coalesce('role ' || role_id, 'template ' || template) AS what, count(*)::int AS count FROM grants
    WHERE application_id = ${application} AND recorded_to IS NULL AND ${notEnded}
      AND (valid_to IS NULL OR valid_to > now()) GROUP BY 1`.execute(tx.kysely())
  return new Map(rows.map(({ what, count }) => [what, count]))
}

/** The current version, locked. */
export async function findGrant(tx: Db, application: string, id: string): Promise<GrantRow | undefined> {
  const { rows } = await sql<GrantRow>`
    SELECT ${grantColumns} FROM grants
    WHERE application_id = ${application} AND id = ${id} AND recorded_to IS NULL FOR UPDATE`.execute(tx.kysely())
  return rows[0]
}

/** Every version, the newest first. */
export async function grantVersions(tx: Db, application: string, id: string): Promise<GrantRow[]> {
  const { rows } = await sql<GrantRow>`
    SELECT ${grantColumns} FROM grants WHERE application_id = ${application} AND id = ${id} ORDER BY version DESC`.execute(
    tx.kysely(),
  )
  return rows
}

export interface GrantWrite extends Omit<Grant, 'recordedFrom' | 'recordedTo' | 'recordedBy'> {
  readonly application: string
  readonly reason: Buffer
  /** it ends with the version before: the moment at which that was closed, unless `validTo` is earlier */
  readonly endsNow?: boolean
}

/** Records a version; the one before, which is locked by `findGrant`, is closed. */
export async function recordGrant(tx: Db, grant: GrantWrite): Promise<GrantRow> {
  const { principal, resource } = grant
  const { rows } = await sql<GrantRow>`
    WITH closed AS (
      UPDATE grants SET recorded_to = now() WHERE id = ${grant.id} AND recorded_to IS NULL RETURNING recorded_to)
    INSERT INTO grants (tenant_id, application_id, id, version, principal_type, principal_id, role_id, template,
      resource_type, resource_id, valid_from, valid_to, source, source_id, reason)
    SELECT current_tenant(), ${grant.application}, ${grant.id}, ${grant.version}::int, ${principal.type}, ${principal.id},
      ${grant.role}::text, ${grant.template}::text, ${resource?.type ?? null}::text, ${resource?.id ?? null}::text,
      ${grant.validFrom}::timestamptz,
      CASE WHEN ${grant.endsNow ?? false} THEN greatest(${grant.validFrom}::timestamptz,
        least(${grant.validTo}::timestamptz, before.at)) ELSE ${grant.validTo}::timestamptz END,
      ${grant.source}, ${grant.sourceId}::text, ${grant.reason}
    FROM (SELECT max(recorded_to) AS at FROM closed) AS before
    RETURNING ${grantColumns}`.execute(tx.kysely())
  const [row] = rows
  if (row === undefined) throw new Error('a version was recorded and is not there')
  return row
}

/** Whether the same is granted for a time that overlaps, from the same source. @returns its id */
export async function overlapping(
  tx: Db,
  grant: Pick<
    GrantWrite,
    'application' | 'principal' | 'role' | 'template' | 'resource' | 'validFrom' | 'validTo' | 'source'
  >,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM grants WHERE application_id = ${grant.application} AND recorded_to IS NULL AND ${notEnded}
      AND principal_type = ${grant.principal.type} AND principal_id = ${grant.principal.id} AND source = ${grant.source}
      AND role_id IS NOT DISTINCT FROM ${grant.role}::text AND template IS NOT DISTINCT FROM ${grant.template}::text
      AND resource_type IS NOT DISTINCT FROM ${grant.resource?.type ?? null}::text
      AND resource_id IS NOT DISTINCT FROM ${grant.resource?.id ?? null}::text
      AND tstzrange(valid_from, valid_to) && tstzrange(${grant.validFrom}, ${grant.validTo}) LIMIT 1`.execute(
    tx.kysely(),
  )
  return rows[0]?.id
}

/** Grants that an imported set gave and that are not over, locked. */
export async function importedGrants(tx: Db, application: string): Promise<GrantRow[]> {
  const { rows } = await sql<GrantRow>`
    SELECT ${grantColumns} FROM grants WHERE application_id = ${application} AND recorded_to IS NULL AND ${notEnded}
      AND source = 'import' AND (valid_to IS NULL OR valid_to > now()) ORDER BY id FOR UPDATE`.execute(tx.kysely())
  return rows
}

export interface GrantFilter {
  readonly principal?: Uid | undefined
  readonly role?: string | undefined
  readonly template?: string | undefined
  readonly resource?: Uid | undefined
  /** in force then; with none, every grant that is not over */
  readonly at?: Date | undefined
  /** by what was believed then */
  readonly recordedAt?: Date | undefined
  /** those that are over as well */
  readonly all?: boolean | undefined
  readonly after?: string | undefined
  readonly limit: number
}

/** The newest first. */
export async function listGrants(tx: Db, application: string, filter: GrantFilter): Promise<GrantRow[]> {
  const { principal, resource, at, all = false } = filter
  const time =
    at !== undefined
      ? sql`valid_from <= ${at} AND (valid_to IS NULL OR valid_to > ${at})`
      : all
        ? sql`true`
        : sql`${notEnded} AND (valid_to IS NULL OR valid_to > now())`
  const { rows } = await sql<GrantRow>`
    SELECT ${grantColumns} FROM grants
    WHERE application_id = ${application} AND ${believedAt(filter.recordedAt ?? null)} AND ${time}
      AND (${principal === undefined} OR (principal_type = ${principal?.type ?? ''} AND principal_id = ${principal?.id ?? ''}))
      AND (${resource === undefined} OR (resource_type = ${resource?.type ?? ''} AND resource_id = ${resource?.id ?? ''}))
      AND (${filter.role ?? null}::text IS NULL OR role_id = ${filter.role ?? null})
      AND (${filter.template ?? null}::text IS NULL OR template = ${filter.template ?? null})
      AND (${filter.after ?? null}::uuid IS NULL OR id < ${filter.after ?? null}::uuid)
    ORDER BY id DESC LIMIT ${filter.limit}`.execute(tx.kysely())
  return rows
}
