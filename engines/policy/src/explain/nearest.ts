import type { Policy } from '../compile/policy.ts'
import type { Candidate } from '../compile/candidate.ts'
import type { Visitor } from '../compile/policy-index.ts'
import type { PolicySet } from '../compile/policy-set.ts'
import type { Run } from '../compile/run.ts'
import { EvaluationError } from '../errors.ts'
import { type Step, stepsOf } from './steps.ts'

/** Sets up to this size are searched whole; of larger ones only the policies that the index offers. */
const SEARCH_LIMIT = 1000

/** The permit that came furthest, and what stopped it. */
export interface Nearest {
  readonly policy: Policy
  readonly step: Step
  /** When the step could not be evaluated: why. */
  readonly error: string | null
}

/**
 * The permit that came furthest. A permit for another action is not near at all; then counts, in this order: that it is for this resource, that it is
 * for this principal, how much of its conditions held. Of equals the first in the set.
 */
export function findNearest(set: PolicySet, run: Run): Nearest | null {
  let best: Nearest | null = null
  let furthest = -1
  for (const policy of permits(set, run)) {
    const reached = follow(policy, run)
    if (reached === null || reached.distance <= furthest) continue
    furthest = reached.distance
    best = reached.nearest
  }
  return best
}

function permits(set: PolicySet, run: Run): readonly Policy[] {
  if (set.policies.length <= SEARCH_LIMIT) return set.policies.filter(({ effect }) => effect === 'permit')
  const found: Candidate[] = []
  const visitor: Visitor = {
    visit: (first) => {
      for (let each: Candidate | null = first; each !== null; each = each.next) if (each.permits) found.push(each)
    },
  }
  set.candidates(run, visitor)
  return found.toSorted((a, b) => a.order - b.order).map(({ policy }) => policy)
}

function follow(policy: Policy, run: Run): { nearest: Nearest; distance: number } | null {
  const steps = stepsOf(policy)
  let distance = 0
  let first: Nearest | null = null
  let conditions = 0
  let held = 0
  for (const step of steps) {
    if (step.part === 'condition') {
      conditions++
      // Past the scope, the first condition that fails is the end: later ones may rely on it.
      if (first !== null) continue
    }
    const error = attempt(step, run)
    if (error === undefined) {
      if (step.part === 'condition') held++
      continue
    }
    if (step.part === 'action') return null
    if (step.part !== 'condition') distance -= step.part === 'resource' ? 2 : 1
    first ??= { policy, step, error }
  }
  if (first === null) return null
  // A scope that holds whole counts 4, less what of it failed; the share of conditions that held counts less than any part of the scope.
  return { nearest: first, distance: 4 + distance + (conditions === 0 ? 0 : held / (conditions + 1)) }
}

/** Undefined when the step holds; otherwise why it could not be evaluated, or null when it simply does not hold. */
function attempt(step: Step, run: Run): string | null | undefined {
  try {
    return step.holds(run) ? undefined : null
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    return error.message
  }
}
