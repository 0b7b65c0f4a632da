import { z } from 'zod'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import { errors } from './errors.ts'
import type { Ask } from './evaluate.ts'

const Properties = z.record(z.string(), z.unknown())

/** AuthZEN Authorization API 1.0, section 6.1: the evaluation request. Members that it does not name are ignored. */
const EvaluationRequest = z.object({
  subject: z.object({ type: z.string().min(1), id: z.string().min(1), properties: Properties.optional() }),
  action: z.object({ name: z.string().min(1), properties: Properties.optional() }),
  resource: z.object({ type: z.string().min(1), id: z.string().min(1), properties: Properties.optional() }),
  context: Properties.optional(),
})

/** @returns the question, or 400: the specification (section 10.1.2) wants no 422 */
export function readEvaluation(body: unknown): Outcome<Ask> {
  const parsed = EvaluationRequest.safeParse(body)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return refuse(errors.evaluation_invalid, {
      problem: `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`,
    })
  }
  const { subject, action, resource, context } = parsed.data
  return ok({
    principal: { type: subject.type, id: subject.id },
    action: action.name,
    resource: { type: resource.type, id: resource.id },
    principalAttributes: subject.properties,
    resourceAttributes: resource.properties,
    context,
  })
}

/** The application asked for, else the caller's own. Whether the caller may ask about it is the policies' to say. */
export function applicationOf(caller: Caller, asked: string | undefined): string {
  return asked ?? caller.application ?? ''
}
