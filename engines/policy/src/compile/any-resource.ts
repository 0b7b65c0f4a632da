import type { Candidate } from './candidate.ts'
import type { Numbered } from './place.ts'
import type { Policy } from './policy.ts'
import type { Visitor } from './policy-index.ts'
import type { PolicySet } from './policy-set.ts'
import type { Run } from './run.ts'
import { compileScope, type Part } from './scope.ts'

/** The policies whose scopes hold for the principal and the action of the run, each once, in the order of the set. */
export function forAnyResource(set: PolicySet, run: Run): Numbered[] {
  const found = new Map<number, Numbered>()
  const holds = (policy: Policy, part: Part) => compileScope(policy.scope[part], part)?.(run) ?? true
  const visitor: Visitor = {
    visit: (first) => {
      for (let each: Candidate | null = first; each !== null; each = each.next) {
        const { order, policy } = each
        if (holds(policy, 'principal') && holds(policy, 'action')) found.set(order, { order, policy })
      }
    },
  }
  set.candidates(run, visitor, true)
  return [...found.values()].toSorted((a, b) => a.order - b.order)
}
