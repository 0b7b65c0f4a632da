import { LearnedPaths, LearnedRequest, LearnedResponse } from '@holdfast/bundle'
import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { readProtection } from '../change.ts'
import type { ProtectionDeps } from '../deps.ts'
import { addLearned } from './add.ts'
import { learnedErrors } from './errors.ts'
import { findLearned, forgetLearned } from './store.ts'
import { LearnedAnswer, showLearned } from './wire.ts'

const onApplication = ({ params }: { readonly params: { readonly app: string } }) => ({
  type: 'Application',
  id: params.app,
})
const path = '/api/v1/applications/:app/protection/learned'

export const learnedRoutes = (deps: ProtectionDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path,
    summary:
      'What the gateways have learnt of the API: a draft of its document, and how it differs from the one in force',
    permission: { action: 'viewTraffic', resource: onApplication },
    input: { query: z.strictObject({ atLeast: z.coerce.number().int().min(1).max(1_000_000).default(1) }) },
    output: LearnedAnswer,
    reads: true,
    limit: perPrincipal(300, 'minute'),
    handler: ({ params, query, read }) =>
      read(async (tx) => {
        const found = await readProtection(tx, deps, params.app)
        if (!found.ok) return found
        const row = await findLearned(tx, params.app)
        return ok(showLearned(row, found.value.settings.inspection, query.atLeast))
      }),
  }),
  defineRoute({
    method: 'DELETE',
    path,
    summary: 'Throw away what the gateways have learnt of the API',
    permission: { action: 'changeProtection', resource: onApplication },
    output: z.object({ forgotten: z.boolean() }),
    event: 'protection.learned_forgotten',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work }) =>
      work(async (tx) => {
        const found = await readProtection(tx, deps, params.app)
        if (!found.ok) return found
        const forgotten = await forgetLearned(tx, params.app)
        const resource = { type: 'Application', id: params.app }
        await tx.record({
          kind: 'protection.learned_forgotten',
          resource,
          application: params.app,
          data: { forgotten },
        })
        return ok({ forgotten })
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/edge/learned',
    summary: 'What a gateway has learnt of an API, without values',
    permission: { action: 'serveApplication', resource: ({ body }) => ({ type: 'Application', id: body.application }) },
    input: { body: LearnedRequest },
    bodyLimit: 512 * 1024,
    output: LearnedResponse,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ caller, body, now }) => {
      const learned = LearnedPaths.safeParse(body.learned)
      if (!learned.success) return refuse(learnedErrors.learned_malformed)
      const { application } = body
      return deps.database.asTenant(caller.tenant, (tx) =>
        addLearned(tx, deps, { application, learned: learned.data }, now),
      )
    },
  }),
]
