import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { findRequest } from '../blocked/find.ts'
import { proposalsOf } from '../blocked/request.ts'
import { readProtection } from '../change.ts'
import type { ProtectionDeps } from '../deps.ts'
import { exceptionErrors } from './errors.ts'
import { listExceptions, makeException, removeException } from './make.ts'
import { ExceptionAnswer, ExceptionBody, ExceptionList, showException } from './wire.ts'

const onApplication = ({ params }: { readonly params: { readonly app: string } }) => ({
  type: 'Application',
  id: params.app,
})
const path = '/api/v1/applications/:app/protection/exceptions'

export const exceptionRoutes = (deps: ProtectionDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path,
    summary: 'The exceptions of the inspection: what they let through, who made them, when they end',
    permission: { action: 'viewProtection', resource: onApplication },
    output: ExceptionList,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read, now }) =>
      read(async (tx) => {
        const found = await readProtection(tx, deps, params.app)
        if (!found.ok) return found
        return ok({ items: listExceptions(found.value).map((kept) => showException(kept, now)), next: null })
      }),
  }),
  defineRoute({
    method: 'POST',
    path,
    summary: 'Make exactly the exception that a finding of a blocked request needs',
    permission: { action: 'changeProtection', resource: onApplication },
    input: { body: ExceptionBody },
    output: ExceptionAnswer,
    event: 'protection.exception_made',
    limit: perPrincipal(60, 'minute'),
    handler: async ({ params, body, caller, read, work, now }) => {
      const { event, finding: index, note, expiresAt } = body
      const request = await read((tx) => findRequest(tx, deps, params.app, event))
      if (!request.ok) return request
      const finding = proposalsOf(request.value)[index]
      if (finding === undefined) return refuse(exceptionErrors.finding_unknown, { event, finding: index })
      const { exception: scope, whyNot } = finding
      if (scope === null) return refuse(exceptionErrors.finding_not_exceptable, { why: whyNot })
      const made = { at: now.toISOString(), by: caller.principal, event }
      const exception = { scope, note, expiresAt, made }
      const kept = await makeException(work, deps, { application: params.app, exception, now })
      return kept.ok ? ok(showException(kept.value, now)) : kept
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${path}/:exception`,
    summary: 'Take an exception of the inspection away',
    permission: { action: 'changeProtection', resource: onApplication },
    output: z.object({ removed: z.literal(true) }),
    event: 'protection.exception_removed',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work, now }) =>
      removeException(work, deps, { application: params.app, id: params.exception, now }),
  }),
]
