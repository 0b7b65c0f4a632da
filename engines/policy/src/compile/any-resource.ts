import type { Candidate } from './candidate.ts'
import type { Numbered } from './place.ts'
import type { Policy } from './policy.ts'
import type { Visitor } from './policy-index.ts'
import type { PolicySet } from './policy-set.ts'
import type { Run } from './run.ts'
import { compileScope, type Part } from './scope.ts'

/** The policies whose scopes hold for the principal and the action of the run, each once, in the order of the set. */
export function forAnyResource(set: PolicySet, run: Run): Numbered[] {
  return fewForAnyResource(set, run, Number.POSITIVE_INFINITY) ?? []
}

/** The same, or null when more than `most` have to be looked at. */
export function fewForAnyResource(set: PolicySet, run: Run, most: number): Numbered[] | null {
  let seen = 0
  const found = new Map<number, Numbered>()
  const holds = (policy: Policy, part: Part) => compileScope(policy.scope[part], part)?.(run) ?? true
  const visitor: Visitor = {
    visit: (first) => {
      for (let each: Candidate | null = first; each !== null; each = each.next) {
        if (++seen > most) return
        const { order, policy } = each
        if (holds(policy, 'principal') && holds(policy, 'action')) found.set(order, { order, policy })
      }
    },
  }
  set.candidates(run, visitor, true)
  if (seen > most) return null
  return [...found.values()].toSorted((a, b) => a.order - b.order)
}
