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
    visit: (candidates) => {
      for (const { order, policy } of candidates) {
        if (holds(policy, 'principal') && holds(policy, 'action')) found.set(order, { order, policy })
      }
    },
  }
  set.candidates(run, visitor, true)
  return [...found.values()].sort((a, b) => a.order - b.order)
}
