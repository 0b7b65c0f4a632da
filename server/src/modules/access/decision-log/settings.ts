import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import { errors } from '../errors.ts'
import { begin } from '../begin.ts'
import { touchApplications } from '../store.ts'

type Db = Pick<Transaction, 'kysely'>

/** How much of an application's decisions is logged. */
export interface DecisionLogSettings {
  /** probability with which a decision that allows is recorded; what is denied always is */
  readonly allowRate: number
}

/** One of a hundred: enough to see what is used, and nothing that anybody notices. */
const usualAllowRate = 0.01

export async function readSettings(tx: Db, application: string): Promise<DecisionLogSettings> {
  const { rows } = await sql<{ allow_rate: number }>`
    SELECT allow_rate FROM decision_log_settings WHERE application_id = ${application}`.execute(tx.kysely())
  return { allowRate: rows[0]?.allow_rate ?? usualAllowRate }
}

/** Changes them; its edges hear of it as of any other change of the application. */
export async function changeSettings(
  work: Work,
  application: string,
  { allowRate }: DecisionLogSettings,
  now: Date,
): Promise<Outcome<DecisionLogSettings>> {
  return work(async (tx) => {
    const { epoch, row } = await begin(tx, application)
    if (row === undefined) return refuse(errors.application_not_found, { application })
    const before = await readSettings(tx, application)
    await sql`
      INSERT INTO decision_log_settings (tenant_id, application_id, allow_rate, changed_at)
      VALUES (current_tenant(), ${application}, ${allowRate}, ${now})
      ON CONFLICT (tenant_id, application_id) DO UPDATE SET allow_rate = excluded.allow_rate, changed_at = excluded.changed_at`.execute(
      tx.kysely(),
    )
    await touchApplications(tx, epoch, application)
    await tx.record({
      kind: 'decision_log.changed',
      resource: { type: 'Application', id: application },
      application,
      data: { allowRate, before: before.allowRate },
    })
    return ok({ allowRate })
  })
}
