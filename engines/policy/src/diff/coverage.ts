import type { Policy } from '../compile/policy.ts'
import type { PolicySet } from '../compile/policy-set.ts'
import type { Run } from '../compile/run.ts'
import type { Entities } from '../entities.ts'
import { EvaluationError } from '../errors.ts'
import { evaluate, toRun } from '../evaluate.ts'
import { type Step, stepsOf } from '../explain/steps.ts'
import type { Decision, Request } from '../types.ts'

/** What questions have shown of one policy. */
export interface PolicyCoverage {
  readonly policy: string
  readonly effect: 'permit' | 'forbid'
  /** It decided a question: it is among the reasons of one. */
  readonly decisive: boolean
  /** Its conditions, each as Cedar text. */
  readonly conditions: readonly ConditionCoverage[]
}

export interface ConditionCoverage {
  readonly text: string
  /** In some question all else of the policy held, and this alone kept it from matching. */
  readonly decisive: boolean
}

export interface Coverage {
  /** Decides a question, and remembers what it showed. */
  ask(request: Request, entities: Entities): Decision
  /** In the order of the set; the links of a template count as one. */
  report(): readonly PolicyCoverage[]
}

interface Seen {
  readonly policy: Policy
  decisive: boolean
  readonly conditions: { readonly text: string; decisive: boolean }[]
}

/** Which policies, and which of their conditions, a series of questions has tried. A forbid that fails denies. */
export function createCoverage(set: PolicySet): Coverage {
  const seen = new Map<string, Seen>()
  for (const policy of set.policies) {
    const name = nameOf(policy)
    if (seen.has(name)) continue
    const conditions = stepsOf(policy)
      .filter(({ part }) => part === 'condition')
      .map((step) => ({ text: step.text(), decisive: false }))
    seen.set(name, { policy, decisive: false, conditions })
  }
  return {
    ask(request, entities) {
      const decision = evaluate(set, request, entities, { onError: 'deny' })
      const reasons = new Set(decision.reasons)
      const run = toRun(request, entities)
      for (const policy of set.policies) {
        const entry = seen.get(nameOf(policy))
        if (entry === undefined) continue
        if (reasons.has(policy.id)) entry.decisive = true
        const alone = whatStopped(policy, run)
        const condition = alone === undefined ? undefined : entry.conditions[alone]
        if (condition !== undefined) condition.decisive = true
      }
      return decision
    },
    report: () =>
      [...seen].map(([name, { policy, decisive, conditions }]) => ({
        policy: name,
        effect: policy.effect,
        decisive,
        conditions: conditions.map((each) => ({ ...each })),
      })),
  }
}

function nameOf({ id, template }: Policy): string {
  return template ?? id
}

/**
 * The place, among the conditions, of the first that does not hold, when the whole scope and all other conditions do. A later one that cannot be
 * evaluated does not count: it may rely on the first, as in `resource has owner && resource.owner == principal`.
 */
function whatStopped(policy: Policy, run: Run): number | undefined {
  let place: number | undefined
  let at = -1
  for (const step of stepsOf(policy)) {
    if (step.part === 'condition') at++
    const held = attempt(step, run)
    if (held === true || (held === undefined && place !== undefined)) continue
    if (step.part !== 'condition' || place !== undefined) return undefined
    place = at
  }
  return place
}

/** @returns undefined when the step cannot be evaluated */
function attempt(step: Step, run: Run): boolean | undefined {
  try {
    return step.holds(run)
  } catch (error) {
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}
