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

export const grantColumns = sql`id, version, principal_type, principal_id, role_id, template, resource_type, resource_id,
  valid_from, valid_to, source, source_id, reason, recorded_from, recorded_to, recorded_by`

/**
 * What was recorded as over already counts no more, whatever the clock of this replica says: `valid_to` of a grant that was
 * ended is the moment at which that was recorded.
 */
const notEnded = sql`(valid_to IS NULL OR valid_to > recorded_from)`

/** Grants that are in force at `at`, or begin later. @param recordedAt null: by all that is known */
export async function liveGrants(tx: Db, application: string, at: Date, recordedAt: Date | null): Promise<Grant[]> {
  const ended = recordedAt === null ? notEnded : sql`true`
  const { rows } = await sql<GrantRow>`
    SELECT ${grantColumns} FROM grants WHERE application_id = ${application} AND ${believedAt(recordedAt)}
      AND ${ended} AND (valid_to IS NULL OR valid_to > ${at}) ORDER BY id`.execute(tx.kysely())
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
