import type { BudgetRequest, BudgetResponse } from '@holdfast/bundle'
import { defaultProtection } from '@holdfast/http-guard'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import { lend } from './budgets.ts'
import { settingsOf } from './change.ts'
import type { ProtectionDeps } from './deps.ts'
import { errors } from './errors.ts'
import { findProtection } from './store.ts'

/** Of a budget at a time, at most: one process must not hold what others need. */
const share = 8

/** Lends units of a rule's budget. The rule counts as it is stored, whatever the gateway holds. */
export async function lease(
  { database, keys }: Pick<ProtectionDeps, 'database' | 'keys'>,
  tenant: string,
  { application, rule: name, key, units }: BudgetRequest,
): Promise<Outcome<BudgetResponse>> {
  return database.asTenant(tenant, async (tx) => {
    const row = await findProtection(tx, application)
    const { limits } = row === undefined ? defaultProtection : settingsOf(row.settings)
    const rule = limits.rules.find((each) => each.name === name && each.scope !== 'process')
    if (rule === undefined) return refuse(errors.budget_unknown, { application, rule: name })
    const burst = rule.burst ?? rule.units
    const most = rule.scope === 'strict' ? rule.cost : Math.max(rule.cost, Math.floor(burst / share))
    const index = await keys.blindIndex(tx, 'protection')
    const hashed = index('rate_budgets.key', `${application}\n${name}\n${key}`)
    const budget = { units: rule.units, seconds: rule.seconds, burst, cost: rule.cost }
    return ok(await lend(tx, hashed, budget, Math.max(rule.cost, Math.min(units, most))))
  })
}
