import type { BudgetRequest, BudgetResponse } from '@holdfast/bundle'
import { defaultProtection, type LimitRule } from '@holdfast/http-guard'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import { type Budget, lend } from './budgets.ts'
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
    const budget = budgetOf(rule)
    const most = rule.scope === 'strict' ? rule.cost : Math.max(rule.cost, Math.floor(budget.burst / share))
    const index = await keys.blindIndex(tx, 'protection')
    const hashed = index('rate_budgets.key', `${application}\n${name}\n${key}`)
    return ok(await lend(tx, { application, rule: name }, hashed, budget, Math.max(rule.cost, Math.min(units, most))))
  })
}

/** All of them at once, where nothing else is said. */
export const budgetOf = ({ units, seconds, cost, burst = units }: LimitRule): Budget => ({
  units,
  seconds,
  burst,
  cost,
})
