import type { PolicySet } from '../compile/policy-set.ts'
import type { Run } from '../compile/run.ts'
import type { Entities } from '../entities.ts'
import { decide, toRun } from '../evaluate.ts'
import { renderExpression, renderUid } from '../render.ts'
import type { Decision, EvaluateOptions, Explanation, Request } from '../types.ts'
import { findNearest, type Nearest } from './nearest.ts'
import { stepsOf } from './steps.ts'
import { describeValues } from './values.ts'

/**
 * Decides, and says why: for a denial the forbids that decided it, or the nearest permit and its first condition that failed, with the values
 * where they are short. Values of attributes appear in `text`: show it to whom may see the resource, or show `nearest` only.
 * Throws what `evaluate` throws.
 */
export function explain(set: PolicySet, request: Request, entities: Entities, options?: EvaluateOptions): Explanation {
  const run = toRun(request, entities)
  const decision = decide(set, run, options)
  if (decision.decision === 'allow') {
    return { ...decision, text: `Permitted by ${policies(decision.reasons)}.`, nearest: null }
  }
  if (decision.reasons.length > 0) {
    return { ...decision, text: describeForbids(set, run, decision), nearest: null }
  }
  const nearest = findNearest(set, run)
  return {
    ...decision,
    text: nearest === null ? describeNothing(run) : describeNearest(nearest, run),
    nearest: nearest === null ? null : { policy: nearest.policy.id, failed: nearest.step.text() },
  }
}

function policies(ids: readonly string[]): string {
  const names = ids.slice(0, 3).map((id) => JSON.stringify(id))
  if (ids.length > names.length) names.push(`${ids.length - names.length} more`)
  const last = names.pop() ?? ''
  return names.length === 0 ? `policy ${last}` : `policies ${names.join(', ')} and ${last}`
}

function describeNothing(run: Run): string {
  return `Refused: no policy permits ${renderUid(run.action)} on ${run.resource.type}.`
}

function describeNearest({ policy, step, error }: Nearest, run: Run): string {
  const values = error === null ? shownValues(step.expression, run) : [error]
  return `Refused: policy ${JSON.stringify(policy.id)} requires \`${shorten(step.text())}\`${inParentheses(values)}.`
}

/** A scope constraint shows no value: who asks for what is known. */
function shownValues(expression: unknown, run: Run): string[] {
  return expression === null ? [] : describeValues(expression, run)
}

function describeForbids(set: PolicySet, run: Run, { reasons, errors }: Decision): string {
  const failed = errors.find(({ policy }) => reasons.includes(policy))
  const [first] = reasons
  const policy = first === undefined ? undefined : set.get(first)
  if (failed !== undefined && reasons.length === 1) {
    return `Refused: the forbid ${policies(reasons)} could not be evaluated (${failed.message}).`
  }
  if (policy === undefined || reasons.length > 1 || policy.conditions.length === 0) {
    return `Refused: forbidden by ${policies(reasons)}.`
  }
  const conditions = policy.conditions
    .map(({ kind, body }) => `${kind} \`${shorten(renderExpression(body))}\``)
    .join(' ')
  const values = stepsOf(policy).flatMap((step) => shownValues(step.expression, run))
  return `Refused: forbidden by ${policies(reasons)} ${conditions}${inParentheses([...new Set(values)].slice(0, 3))}.`
}

function inParentheses(parts: readonly string[]): string {
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/** How much of a condition the sentence quotes; `nearest.failed` has it whole. */
const QUOTED = 300

function shorten(text: string): string {
  return text.length <= QUOTED ? text : `${text.slice(0, QUOTED)} ...`
}
