import type { CspReportGroup } from '@holdfast/bundle'
import { sql } from 'kysely'
import type { Transaction } from '../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

export interface ProtectionRow {
  readonly settings: unknown
  readonly version: number
  readonly changed_at: Date
}

export async function findProtection(tx: Db, application: string, lock = false): Promise<ProtectionRow | undefined> {
  const { rows } = await sql<ProtectionRow>`
    SELECT settings, version, changed_at FROM application_protection
    WHERE tenant_id = current_tenant() AND application_id = ${application} ${lock ? sql`FOR UPDATE` : sql``}`.execute(
    tx.kysely(),
  )
  return rows[0]
}

export async function allProtection(tx: Db): Promise<ReadonlyMap<string, unknown>> {
  const { rows } = await sql<{ application_id: string; settings: unknown }>`
    SELECT application_id, settings FROM application_protection WHERE tenant_id = current_tenant()`.execute(tx.kysely())
  return new Map(rows.map(({ application_id: id, settings }) => [id, settings]))
}

export async function putProtection(tx: Db, application: string, settings: object, version: number, now: Date) {
  await sql`
    INSERT INTO application_protection (tenant_id, application_id, settings, version, changed_at)
    VALUES (current_tenant(), ${application}, ${JSON.stringify(settings)}::jsonb, ${version}, ${now})
    ON CONFLICT (tenant_id, application_id)
    DO UPDATE SET settings = EXCLUDED.settings, version = EXCLUDED.version, changed_at = EXCLUDED.changed_at`.execute(
    tx.kysely(),
  )
}

/** Kinds of reports that are kept of one application. */
const mostGroups = 2000

/** Adds to the counts. Of new kinds there are so many at most; the rest is lost, as reports may be. */
export async function addReports(tx: Db, application: string, groups: readonly CspReportGroup[], now: Date) {
  const { numAffectedRows } = await sql`
    INSERT INTO csp_reports AS r (tenant_id, application_id, directive, blocked, page, disposition, count, sample, source, first_at, last_at)
    SELECT current_tenant(), ${application}, g.directive, g.blocked, g.page, g.disposition, sum(g.count), max(g.sample), max(g.source), ${now}, ${now}
    FROM jsonb_to_recordset(${JSON.stringify(groups)}::jsonb)
      AS g(directive text, blocked text, page text, disposition text, count bigint, sample text, source text)
    WHERE (SELECT count(*) FROM csp_reports WHERE tenant_id = current_tenant() AND application_id = ${application}) < ${mostGroups}
      OR EXISTS (SELECT 1 FROM csp_reports k WHERE k.tenant_id = current_tenant() AND k.application_id = ${application}
        AND k.directive = g.directive AND k.blocked = g.blocked AND k.page = g.page AND k.disposition = g.disposition)
    GROUP BY g.directive, g.blocked, g.page, g.disposition
    -- one order for all gateways: two that count the same must not wait for each other
    ORDER BY 3, 4, 5, 6
    ON CONFLICT (tenant_id, application_id, directive, blocked, page, disposition) DO UPDATE
    SET count = r.count + EXCLUDED.count, last_at = EXCLUDED.last_at`.execute(tx.kysely())
  return Number(numAffectedRows ?? 0)
}

export interface ReportRow extends CspReportGroup {
  readonly first_at: Date
  readonly last_at: Date
}

export async function listReports(tx: Db, application: string): Promise<readonly ReportRow[]> {
  const { rows } = await sql<Omit<ReportRow, 'count'> & { count: string }>`
    SELECT directive, blocked, page, disposition, count, sample, source, first_at, last_at FROM csp_reports
    WHERE tenant_id = current_tenant() AND application_id = ${application}
    ORDER BY count DESC, directive, blocked, page, disposition LIMIT ${mostGroups + 200}`.execute(tx.kysely())
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

export async function clearReports(tx: Db, application: string): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM csp_reports WHERE tenant_id = current_tenant() AND application_id = ${application}`.execute(tx.kysely())
  return Number(numAffectedRows ?? 0)
}
