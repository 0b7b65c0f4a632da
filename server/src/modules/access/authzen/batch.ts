import type { z } from 'zod'
import { detailOf } from '../../../platform/errors.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import { errors } from '../errors.ts'
import type { AskOne, Foresee } from './ask.ts'
import { type Decision, decisionOf } from './decision.ts'
import { EvaluationRequest, type EvaluationsRequest } from './requests.ts'

/** Answers an evaluations request; one without evaluations is a single evaluation (section 7.1). */
export async function evaluations(
  request: EvaluationsRequest,
  askOne: AskOne,
  foresee: Foresee,
): Promise<Outcome<Decision | { readonly evaluations: Decision[] }>> {
  if (request.evaluations !== undefined && request.evaluations.length > 0)
    return ok({ evaluations: await decideBatch(request, askOne, foresee) })
  const single = EvaluationRequest.safeParse(request)
  if (!single.success) return refuse(errors.evaluation_invalid, { problem: problemOf(single.error) })
  const decided = await askOne(single.data)
  return decided.ok ? ok(decisionOf(decided.value)) : decided
}

/**
 * The decisions of a batch, in the order of its evaluations (section 7.2). One that cannot be decided is denied and says why in its
 * context (section 7.2.1), which counts as a denial for the semantics that stop early.
 */
async function decideBatch(request: EvaluationsRequest, askOne: AskOne, foresee: Foresee): Promise<Decision[]> {
  const { evaluations: items = [], options } = request
  const last = stopsAt[options?.evaluations_semantic ?? 'execute_all']
  const parsed = items.map((item) => EvaluationRequest.safeParse(withDefaults(request, item)))
  await foresee(parsed.flatMap(({ data }) => (data === undefined ? [] : [data.subject, data.resource])))
  const decisions: Decision[] = []
  for (const item of parsed) {
    const decision = await decideItem(item, askOne)
    decisions.push(decision)
    if (decision.decision === last) break
  }
  return decisions
}

/** The decision after which no more are taken (section 7.1.2.1). */
const stopsAt = { execute_all: undefined, deny_on_first_deny: false, permit_on_first_permit: true } as const

/** Section 7.1.1: a member that the evaluation has replaces the default as a whole. */
function withDefaults({ subject, action, resource, context }: EvaluationsRequest, item: unknown): unknown {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
  const given = Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null))
  return { subject, action, resource, context, ...given }
}

async function decideItem(parsed: z.ZodSafeParseResult<EvaluationRequest>, askOne: AskOne): Promise<Decision> {
  if (!parsed.success) return failed(400, 'input_invalid', problemOf(parsed.error))
  const decided = await askOne(parsed.data)
  return decided.ok
    ? decisionOf(decided.value)
    : failed(decided.error.status, decided.error.code, detailOf(decided.error, decided.values))
}

function failed(status: number, code: string, message: string): Decision {
  return { decision: false, context: { error: { status, code, message } } }
}

function problemOf(error: z.ZodError): string {
  const [issue] = error.issues
  return `${issue?.path.join('.') || 'the evaluation'}: ${issue?.message ?? 'invalid'}`
}
