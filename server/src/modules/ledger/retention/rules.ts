import { sql } from 'kysely'
import { ok, type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Db } from '../db.ts'
import type { RetentionConfig } from './config.ts'
import { retentionErrors } from './errors.ts'
import { target as wellFormed } from './wire.ts'

export interface RetentionRule {
  readonly target: string
  readonly days: number
  readonly changedAt: Date
}

export async function listRules(tx: Db): Promise<RetentionRule[]> {
  const { rows } = await sql<{ target: string; days: number; changed_at: Date }>`
    SELECT target, days, changed_at FROM retention_rules WHERE tenant_id = current_tenant()
    ORDER BY target`.execute(tx.kysely())
  return rows.map(({ target, days, changed_at: changedAt }) => ({ target, days, changedAt }))
}

/** Keeps the events of a class or kind for so many days from now on; what is older goes with the next run of the prune job. */
export async function setRule(
  tx: Tx,
  target: string,
  days: number,
  now: Date,
  { leastDays: least, mostDays: most }: RetentionConfig,
): Promise<Outcome<RetentionRule>> {
  if (!wellFormed.test(target)) return refuse(retentionErrors.retention_rule_not_found, { target: target.slice(0, 64) })
  if (days < least || days > most) return refuse(retentionErrors.retention_out_of_bounds, { least, most, days })
  const { rows } = await sql<{ before: number | null }>`
    WITH before AS (SELECT days FROM retention_rules WHERE tenant_id = current_tenant() AND target = ${target})
    INSERT INTO retention_rules (tenant_id, target, days, changed_at) VALUES (current_tenant(), ${target}, ${days}, ${now})
    ON CONFLICT (tenant_id, target) DO UPDATE SET days = excluded.days, changed_at = excluded.changed_at
    RETURNING (SELECT days FROM before) AS before`.execute(tx.kysely())
  await tx.record({
    kind: 'retention.changed',
    resource: { type: 'Retention', id: target },
    data: { days, before: rows[0]?.before ?? null },
  })
  return ok({ target, days, changedAt: now })
}

/** Takes a rule away: the default applies again. */
export async function resetRule(tx: Tx, target: string): Promise<Outcome<{ deleted: true }>> {
  const { rows } = await sql<{ days: number }>`
    DELETE FROM retention_rules WHERE tenant_id = current_tenant() AND target = ${target} RETURNING days`.execute(
    tx.kysely(),
  )
  const [gone] = rows
  if (gone === undefined) return refuse(retentionErrors.retention_rule_not_found, { target: target.slice(0, 64) })
  await tx.record({
    kind: 'retention.reset',
    resource: { type: 'Retention', id: target },
    data: { before: gone.days },
  })
  return ok({ deleted: true })
}
