import type { PolicySet } from '../compile/policy-set.ts'
import type { Run } from '../compile/run.ts'
import type { Entities } from '../entities.ts'
import { decide, toRun } from '../evaluate.ts'
import { renderUid } from '../render.ts'
import type { Decision, EvaluateOptions, Explanation, Nearest, Request } from '../types.ts'
import { causesOf } from './causes.ts'
import { missingOf } from './missing.ts'
import { findNearest, type Stopped } from './nearest.ts'
import { describeValues, valuesOf } from './values.ts'
import { describeCauses, describeNeeds, nameOf } from './words.ts'

/**
 * Decides, and says why: for a denial the forbids that decided it and what made them hold, or the nearest permit and what it needs, with the values
 * where they are short. Values of attributes appear in `text` and in `nearest.values`: show those to whom may see the resource.
 * Throws what `evaluate` throws.
 */
export function explain(set: PolicySet, request: Request, entities: Entities, options?: EvaluateOptions): Explanation {
  const run = toRun(request, entities)
  const decision = decide(set, run, options)
  if (decision.decision === 'allow') {
    return { ...decision, text: `Permitted by ${nameOf(set, decision.reasons)}.`, nearest: null }
  }
  if (decision.reasons.length > 0) {
    return { ...decision, text: describeForbids(set, run, decision), nearest: null }
  }
  const stopped = findNearest(set, run)
  if (stopped === null) {
    const text = `Refused: no policy permits ${renderUid(run.action)} on ${run.resource.type}.`
    return { ...decision, text, nearest: null }
  }
  const values = stopped.step.part === 'condition' ? valuesOf(stopped.step.expression, run) : new Map<string, string>()
  const facts = stopped.error === null ? describeValues(values) : [stopped.error.message]
  return {
    ...decision,
    text: `Refused: ${describeNeeds(stopped, facts)}.`,
    nearest: nearestOf(stopped, values, run),
  }
}

function nearestOf(stopped: Stopped, values: ReadonlyMap<string, string>, run: Run): Nearest {
  const { policy, step } = stopped
  const missing = missingOf(stopped, run)
  return {
    policy: policy.id,
    ...(policy.template !== null && { template: policy.template }),
    failed: step.text(),
    ...(values.size > 0 && { values: Object.fromEntries(values) }),
    ...(missing !== null && { missing }),
  }
}

function describeForbids(set: PolicySet, run: Run, { reasons, errors }: Decision): string {
  const failed = errors.find(({ policy }) => reasons.includes(policy))
  if (failed !== undefined && reasons.length === 1) {
    return `Refused: the forbid ${nameOf(set, reasons)} could not be evaluated (${failed.message}).`
  }
  const [first] = reasons
  const policy = first === undefined ? undefined : set.get(first)
  const forbidden = `Refused: forbidden by ${nameOf(set, reasons)}`
  // Of several each is enough: to know what made one of them hold would not help.
  if (policy === undefined || reasons.length > 1) return `${forbidden}.`
  const causes = causesOf(policy, run)
  const facts = causes.flatMap(({ expression }) => describeValues(valuesOf(expression, run)))
  return `${forbidden}${describeCauses(causes, [...new Set(facts)].slice(0, 3))}.`
}
