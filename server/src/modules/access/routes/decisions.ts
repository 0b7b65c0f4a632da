import type { EntityJson } from '@holdfast/policy'
import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { askedBy } from '../decision-log/types.ts'
import { type EvaluationDeps, evaluateFor } from '../evaluate.ts'
import { Explanation, Uid } from '../shapes.ts'

const Attributes = z.record(z.string(), z.unknown())
const Entity = z.object({ uid: Uid, attrs: Attributes.optional(), parents: z.array(Uid).max(100).optional() })

export function decisionRoutes(evaluation: EvaluationDeps): Route[] {
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
      handler: ({ read, params, body, caller, source, request }) =>
        read(async (tx) => {
          const asked = askedBy('evaluate', { caller, source, request })
          const ask = { ...body, entities: body.entities as readonly EntityJson[] | undefined, asked }
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
  ]
}
