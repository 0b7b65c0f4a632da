import type { Policy } from '../compile/policy.ts'
import { evaluate } from '../evaluate.ts'
import type { Uid } from '../json.ts'
import type { Decision } from '../types.ts'
import type { EntityUid, RecordValue } from '../value.ts'
import { setOf } from './classes.ts'
import { type Group, type Plan, plan, type Target } from './plan.ts'
import type { Block, DiffOptions, DiffSide, Extent, Undecided } from './types.ts'
import { holds } from './scopes.ts'

const DENIED: Decision = { decision: 'deny', reasons: [], errors: [] }

/** What a comparison found besides blocks. */
export interface Compared {
  readonly undecided: readonly Undecided[]
  readonly extent: Extent
}

/**
 * Compares two worlds: yields a block for each difference, and undefined before each evaluation, so that whoever runs it may let others run, or end
 * it: policies may be such that one takes milliseconds.
 * Exact: principals and resources share an evaluation only where no policy of either side can tell them apart. A forbid that fails denies.
 * Throws `DiffTooLarge` before the first evaluation.
 */
export function* blocks(
  old: DiffSide,
  now: DiffSide,
  options: DiffOptions = {},
): Generator<Block | undefined, Compared> {
  const planned = yield* plan(old, now, options)
  for (const group of planned.groups) {
    for (const target of group.targets) yield* compareOn(planned, group, target)
  }
  return { undecided: planned.undecided, extent: planned.extent }
}

function* compareOn({ sides }: Plan, group: Group, { resources, special }: Target): Generator<Block | undefined> {
  const [resource] = resources.members
  if (resource === undefined) return
  for (const { members, present } of group.principals) {
    const apart = special.filter((uid) => group.classOf.get(uid) === members)
    const others = members.find((uid) => !apart.some((each) => each.equals(uid)))
    for (const principal of others === undefined ? apart : [others, ...apart]) {
      yield undefined
      if (!touched(group, principal, resource, sides)) continue
      const ask = (at: 0 | 1): Decision =>
        present[at] && resources.present[at] ? decide(sides[at], group, principal, resource) : DENIED
      const [before, after] = [ask(0), ask(1)]
      if (before.decision === after.decision) continue
      yield {
        kind: after.decision === 'allow' ? 'gain' : 'loss',
        action: group.action.action,
        resourceType: resource.type,
        principals: principal !== others ? [principal] : apart.length === 0 ? members : without(members, apart),
        resources: resources.members,
        anyResource: resource.id === group.anyId,
        because: [...new Set([...before.reasons, ...after.reasons])].toSorted(),
      }
    }
  }
}

function without(members: readonly EntityUid[], apart: readonly EntityUid[]): EntityUid[] {
  const out = setOf(apart)
  return members.filter((uid) => !out.has(uid))
}

function decide(side: DiffSide, group: Group, principal: Uid, resource: Uid): Decision {
  const context: RecordValue | undefined = group.context
  const request = { principal, action: group.action.action, resource, context }
  return evaluate(side.set, request, side.entities, { onError: 'deny' })
}

/** Where both sides are the same world, whether a policy that changed can match. */
function touched(group: Group, principal: Uid, resource: Uid, [{ entities }]: Plan['sides']): boolean {
  if (group.changed === undefined) return true
  const matches = ({ scope }: Policy) =>
    holds(scope.principal, principal, entities) && holds(scope.resource, resource, entities)
  return group.changed.some(matches)
}
