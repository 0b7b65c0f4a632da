import { forAnyResource } from '../compile/any-resource.ts'
import type { Candidate } from '../compile/candidate.ts'
import type { Numbered } from '../compile/place.ts'
import { PolicyIndex, type Visitor } from '../compile/policy-index.ts'
import type { PolicySet } from '../compile/policy-set.ts'
import type { Policy } from '../compile/policy.ts'
import type { Run } from '../compile/run.ts'
import { compileScope } from '../compile/scope.ts'

/** A set of more policies gets an index of its own once it has been asked so often: sets that are made for one question are not worth one. */
const MANY = 200
const OFTEN = 2

interface Asked {
  times: number
  index: PolicyIndex | undefined
}

const sets = new WeakMap<PolicySet, Asked>()

/** The policies whose scopes hold for principal and action, whatever the resource. */
export function applicable(set: PolicySet, run: Run): readonly Numbered[] {
  if (set.size <= MANY) return forAnyResource(set, run)
  let asked = sets.get(set)
  if (asked === undefined) sets.set(set, (asked = { times: 0, index: undefined }))
  if (asked.times++ < OFTEN) return forAnyResource(set, run)
  asked.index ??= indexOf(set)
  return found(asked.index, run)
}

/** The set's own index begins with the resources that policies name: of no use where the resource is not known. */
function indexOf({ policies }: PolicySet): PolicyIndex {
  return new PolicyIndex(
    policies.map((policy, order) => ({ order, policy })),
    ['principal', 'action'],
  )
}

function found(index: PolicyIndex, run: Run): readonly Numbered[] {
  const list = new Map<number, Numbered>()
  const visitor: Visitor = {
    visit: (first) => {
      for (let each: Candidate | null = first; each !== null; each = each.next) {
        const { order, policy } = each
        if (holds(policy, run)) list.set(order, { order, policy })
      }
    },
  }
  index.visit(run, visitor, true)
  return [...list.values()].toSorted((a, b) => a.order - b.order)
}

function holds({ scope }: Policy, run: Run): boolean {
  const { principal, action } = scope
  return (compileScope(action, 'action')?.(run) ?? true) && (compileScope(principal, 'principal')?.(run) ?? true)
}
