import { z } from 'zod'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import { budgetUse } from './budgets.ts'
import { readProtection } from './change.ts'
import type { ProtectionDeps } from './deps.ts'
import { budgetOf } from './lease.ts'

const Budgets = z.object({
  items: z.array(
    z.object({
      rule: z.string(),
      clients: z.int().meta({ description: 'Clients that have used some of it and not got it back yet' }),
      atLimit: z.int().meta({ description: 'Of them those from whom the next request is refused' }),
      fullest: z.number().meta({ description: 'Share of its budget that the busiest of them has used, 0 to 1' }),
    }),
  ),
  next: z.null(),
})

/** How full the budgets are that gateways share. Those that each counts for itself, it alone knows. */
export const budgetRoute = (deps: ProtectionDeps): Route =>
  defineRoute({
    method: 'GET',
    path: '/api/v1/applications/:app/protection/budgets',
    summary: 'How full the budgets of limits are that several gateways share',
    permission: {
      action: 'viewTraffic',
      resource: ({ params }: { readonly params: { readonly app: string } }) => ({
        type: 'Application',
        id: params.app,
      }),
    },
    output: Budgets,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read }) =>
      read(async (tx) => {
        const found = await readProtection(tx, deps, params.app)
        if (!found.ok) return found
        const rules = found.value.settings.limits.rules.filter(({ scope }) => scope !== 'process')
        const budgets = new Map(rules.map((rule) => [rule.name, budgetOf(rule)]))
        return ok({ items: [...(await budgetUse(tx, params.app, budgets))], next: null })
      }),
  })
