import { BudgetRequest, BudgetResponse, CspReportsRequest, CspReportsResponse } from '@holdfast/bundle'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import { readProtection } from './change.ts'
import type { ProtectionDeps } from './deps.ts'
import { lease } from './lease.ts'
import { addReports } from './store.ts'

const served = ({ body }: { readonly body: { readonly application: string } }) => ({
  type: 'Application',
  id: body.application,
})

/** What gateways and SDKs ask. It counts, and changes nothing that an event should tell of. */
export const edgeRoutes = (deps: ProtectionDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/api/v1/edge/budgets',
    summary: 'Units of a limit that several gateways share',
    permission: { action: 'serveApplication', resource: served },
    input: { body: BudgetRequest },
    output: BudgetResponse,
    reads: true,
    limit: perPrincipal(600_000, 'minute'),
    handler: ({ caller, body }) => lease(deps, caller.tenant, body),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/edge/csp-reports',
    summary: 'What browsers reported to a gateway, counted by kind',
    permission: { action: 'serveApplication', resource: served },
    input: { body: CspReportsRequest },
    bodyLimit: 256 * 1024,
    output: CspReportsResponse,
    reads: true,
    limit: perPrincipal(6000, 'minute'),
    handler: ({ caller, body, now }) =>
      deps.database.asTenant(caller.tenant, async (tx) => {
        const found = await readProtection(tx, deps, body.application)
        if (!found.ok) return found
        return ok({ accepted: await addReports(tx, body.application, body.groups, now) })
      }),
  }),
]
