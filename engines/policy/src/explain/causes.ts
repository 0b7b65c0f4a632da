import { Compilation } from '../compile/expression.ts'
import type { Condition, Policy } from '../compile/policy.ts'
import type { Run } from '../compile/run.ts'
import { EvaluationError } from '../errors.ts'
import { renderExpression } from '../render.ts'
import { split, stepsOf } from './steps.ts'

/** Why a policy that holds does: a part of its condition, as Cedar text, and the expression whose values show it. */
export interface Cause {
  readonly text: string
  readonly expression: unknown
}

/**
 * What made a policy hold: of `when { a || b }` the alternative that was true, of `unless { a && b }` the part that was not. A policy without
 * conditions holds by its scope.
 */
export function causesOf(policy: Policy, run: Run): Cause[] {
  const causes = policy.conditions.flatMap((condition) => ofCondition(condition, run))
  if (causes.length > 0) return causes
  return stepsOf(policy).flatMap((step) =>
    step.part === 'resource' || step.part === 'principal' ? [{ text: step.text(), expression: null }] : [],
  )
}

function ofCondition({ kind, body }: Condition, run: Run): Cause[] {
  const wanted = kind === 'when'
  // Each of these had to be so; of each, one alternative is enough.
  return split(body, wanted ? '&&' : '||').map((part) => {
    const alternatives = split(part, wanted ? '||' : '&&')
    const expression = alternatives.find((each) => is(each, wanted, run)) ?? part
    return { text: renderExpression(wanted ? expression : { '!': { arg: expression } }), expression }
  })
}

function is(expression: unknown, wanted: boolean, run: Run): boolean {
  try {
    return new Compilation('').expression(expression).evaluate(run) === wanted
  } catch (error) {
    if (error instanceof EvaluationError) return false
    throw error
  }
}
