import { proposePolicy } from '@holdfast/http-guard'
import { z } from 'zod'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import { changeProtection, readProtection } from './change.ts'
import type { ProtectionDeps } from './deps.ts'
import {
  Proposal,
  ProtectionAnswer,
  ProtectionBody,
  ReportList,
  showProposal,
  showProtection,
  showReport,
} from './shapes.ts'
import { clearReports, listReports } from './store.ts'

const onApplication = ({ params }: { readonly params: { readonly app: string } }) => ({
  type: 'Application',
  id: params.app,
})
const path = '/api/v1/applications/:app/protection'
const reports = '/api/v1/applications/:app/csp-reports'

export const routes = (deps: ProtectionDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path,
    summary: 'What the gateways of an application refuse, limit and add',
    permission: { action: 'viewProtection', resource: onApplication },
    output: ProtectionAnswer,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read }) =>
      read(async (tx) => {
        const found = await readProtection(tx, deps, params.app)
        return found.ok ? ok(showProtection(found.value)) : found
      }),
  }),
  defineRoute({
    method: 'PUT',
    path,
    summary: 'Set what the gateways of an application refuse, limit and add; what is left out has its default',
    permission: { action: 'changeProtection', resource: onApplication },
    input: { body: ProtectionBody },
    bodyLimit: 512 * 1024,
    output: ProtectionAnswer,
    event: 'protection.changed',
    limit: perPrincipal(60, 'minute'),
    handler: async ({ params, body: { expected, ...settings }, caller, work, now }) => {
      const changed = await changeProtection(work, deps, {
        application: params.app,
        settings,
        expected,
        by: caller.principal,
        now,
      })
      return changed.ok ? ok(showProtection(changed.value)) : changed
    },
  }),
  defineRoute({
    method: 'GET',
    path: reports,
    summary: 'What browsers reported that the content security policy blocks or would block, most frequent first',
    permission: { action: 'viewProtection', resource: onApplication },
    output: ReportList,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read }) =>
      read(async (tx) => {
        const found = await readProtection(tx, deps, params.app)
        if (!found.ok) return found
        return ok({ items: (await listReports(tx, params.app)).map(showReport), next: null })
      }),
  }),
  defineRoute({
    method: 'DELETE',
    path: reports,
    summary: 'Throw the reports away, to look anew',
    permission: { action: 'changeProtection', resource: onApplication },
    output: z.object({ cleared: z.int() }),
    event: 'csp_reports.cleared',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work }) =>
      work(async (tx) => {
        const found = await readProtection(tx, deps, params.app)
        if (!found.ok) return found
        const cleared = await clearReports(tx, params.app)
        const resource = { type: 'Application', id: params.app }
        await tx.record({ kind: 'csp_reports.cleared', resource, application: params.app, data: { cleared } })
        return ok({ cleared })
      }),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/applications/:app/csp-proposal',
    summary: 'The content security policy under which what was reported would pass, as far as that is safe',
    permission: { action: 'viewProtection', resource: onApplication },
    input: { query: z.strictObject({ atLeast: z.coerce.number().int().min(1).max(1_000_000).default(3) }) },
    output: Proposal,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, query, read }) =>
      read(async (tx) => {
        const found = await readProtection(tx, deps, params.app)
        if (!found.ok) return found
        return ok(showProposal(proposePolicy(await listReports(tx, params.app), query, found.value.settings.csp)))
      }),
  }),
]
