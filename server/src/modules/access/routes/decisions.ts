import type { EntityJson } from '@holdfast/policy'
import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { applicationOf, readEvaluation } from '../authzen.ts'
import { errors } from '../errors.ts'
import { evaluateFor } from '../evaluate.ts'
import type { AccessDeps } from '../index.ts'
import type { Evaluator } from '../evaluator.ts'
import { ApplicationId, Explanation, Uid } from '../shapes.ts'

const Attributes = z.record(z.string(), z.unknown())
const Entity = z.object({ uid: Uid, attrs: Attributes.optional(), parents: z.array(Uid).max(100).optional() })

export function decisionRoutes(deps: AccessDeps, evaluator: Evaluator): Route[] {
  const evaluation = { evaluator, groupsOf: deps.groupsOf, standingsOf: deps.standingsOf }
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/evaluate',
      summary: 'Try a decision, with its explanation',
      permission: { action: 'evaluate', resource: ({ params }) => ({ type: 'Application', id: params.app }) },
      input: {
        body: z.strictObject({
          principal: Uid,
          action: z.string().min(1).max(200),
          resource: Uid,
          context: Attributes.optional(),
          entities: z.array(Entity).max(200).optional(),
        }),
      },
      bodyLimit: 256 * 1024,
      output: Explanation,
      reads: true,
      limit: perPrincipal(1200, 'minute'),
      handler: ({ read, params, body }) =>
        read(async (tx) => {
          const ask = { ...body, entities: body.entities as readonly EntityJson[] | undefined }
          const decided = await evaluateFor(tx, evaluation, params.app, ask)
          if (!decided.ok) return decided
          const { decision, reasons, errors: failures, text, nearest } = decided.value
          return ok({
            decision,
            reasons: reasons.map((policy) => ({ policy })),
            errors: [...failures],
            explanation: { text, nearest },
          })
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/access/v1/evaluation',
      summary: 'AuthZEN access evaluation (Authorization API 1.0, section 6)',
      permission: {
        action: 'evaluate',
        resource: ({ caller, query }) => ({ type: 'Application', id: applicationOf(caller, query.application) }),
      },
      input: { query: z.object({ application: ApplicationId.optional() }), body: z.unknown() },
      bodyLimit: 256 * 1024,
      output: z.object({
        decision: z.boolean(),
        context: z.object({ reasons: z.array(z.string()), explanation: z.string() }),
      }),
      reads: true,
      limit: perPrincipal(6000, 'minute'),
      handler: async ({ read, caller, query, body, request }) => {
        const application = applicationOf(caller, query.application)
        if (application === '') return refuse(errors.application_required)
        const ask = readEvaluation(body)
        if (!ask.ok) return ask
        const decided = await read((tx) => evaluateFor(tx, evaluation, application, ask.value))
        if (!decided.ok) return decided
        const { decision, reasons, text } = decided.value
        const answer = { decision: decision === 'allow', context: { reasons: [...reasons], explanation: text } }
        // Section 10.1.3: an X-Request-ID that the caller sent comes back.
        const requestId = request.headers.get('x-request-id')
        return ok(answer, requestId === null ? {} : { headers: { 'x-request-id': requestId.slice(0, 200) } })
      },
    }),
  ]
}
