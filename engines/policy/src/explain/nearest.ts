import type { Policy } from '../compile/policy.ts'
import type { PolicySet } from '../compile/policy-set.ts'
import type { Run } from '../compile/run.ts'
import type { Part, Scope } from '../compile/scope.ts'
import { EvaluationError } from '../errors.ts'
import type { EntityUid } from '../value.ts'
import { type ScopeStep, type Step, stepsOf } from './steps.ts'

/** Of permits whose scopes come equally far, so many are looked at whole. */
const LOOKED_AT = 1000

/** The permit that came furthest, and what stopped it. */
export interface Stopped {
  readonly policy: Policy
  /** What failed first. */
  readonly step: Step
  /** The parts of its scope that failed; none when the step is a condition. */
  readonly scopes: readonly ScopeStep[]
  /** When the step could not be evaluated: why. */
  readonly error: EvaluationError | null
}

/**
 * The permit that came furthest. A permit for another action is not near at all; then counts, in this order: that it is for this resource, that it is
 * for this principal, how much of its conditions held. Of equals the first in the set.
 */
export function findNearest(set: PolicySet, run: Run): Stopped | null {
  let best: Stopped | null = null
  let furthest = -1
  for (const policy of nearScopes(set, run)) {
    const reached = follow(policy, run)
    if (reached === null || reached.held <= furthest) continue
    furthest = reached.held
    best = reached.stopped
  }
  return best
}

/** The permits whose scopes come furthest, by their scopes alone: a set may be large. */
function nearScopes(set: PolicySet, run: Run): readonly Policy[] {
  let near: Policy[] = []
  let furthest = 0
  for (const policy of set.policies) {
    if (policy.effect !== 'permit' || !reaches(policy.scope.action, run.action, run)) continue
    const resource = reaches(policy.scope.resource, run.resource, run) ? 2 : 0
    const distance = 1 + resource + (reaches(policy.scope.principal, run.principal, run) ? 1 : 0)
    if (distance < furthest) continue
    if (distance > furthest) {
      furthest = distance
      near = []
    }
    if (near.length < LOOKED_AT) near.push(policy)
  }
  return near
}

function reaches(scope: Scope, uid: EntityUid, run: Run): boolean {
  switch (scope.op) {
    case 'All':
      return true
    case '==':
      return uid.id === scope.entity.id && uid.type === scope.entity.type
    case 'in':
      for (const target of scope.entities) if (run.isIn(uid, target)) return true
      return false
    default:
      return uid.type === scope.type && (scope.in === undefined || run.isIn(uid, scope.in))
  }
}

/** What stopped a policy, and which share of its conditions held before; null when nothing did. */
function follow(policy: Policy, run: Run): { readonly stopped: Stopped; readonly held: number } | null {
  const scopes: ScopeStep[] = []
  let conditions = 0
  let held = 0
  let stopped: { readonly step: Step; readonly error: EvaluationError | null } | null = null
  for (const step of stepsOf(policy)) {
    if (step.part === 'condition') {
      conditions++
      // The first condition that fails is the end: later ones may rely on it.
      if (stopped !== null) continue
    }
    const error = attempt(step, run)
    if (error === undefined) {
      if (step.part === 'condition') held++
      continue
    }
    if (step.part !== 'condition') scopes.push(step)
    stopped ??= { step, error }
  }
  return stopped === null ? null : { stopped: { policy, ...stopped, scopes }, held: held / (conditions + 1) }
}

/** Undefined when the step holds; otherwise why it could not be evaluated, or null when it simply does not hold. */
function attempt(step: Step, run: Run): EvaluationError | null | undefined {
  try {
    return step.holds(run) ? undefined : null
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    return error
  }
}

/** The uid that stands in a part of the request. */
export function uidOf(run: Run, part: Part): EntityUid {
  if (part === 'resource') return run.resource
  return part === 'principal' ? run.principal : run.action
}
