import type { Policy } from '../compile/policy.ts'
import type { PolicySet } from '../compile/policy-set.ts'
import type { Scope } from '../compile/scope.ts'
import type { Entities } from '../entities.ts'
import type { Uid } from '../json.ts'
import { renderExpression } from '../render.ts'
import { keyOf } from '../value.ts'
import type { ActionTypes } from './types.ts'

/** Whether a scope constraint holds for an entity. */
export function holds(scope: Scope, uid: Uid, entities: Entities): boolean {
  switch (scope.op) {
    case 'All':
      return true
    case '==':
      return scope.entity.type === uid.type && scope.entity.id === uid.id
    case 'in':
      return scope.entities.some((target) => entities.isIn(uid, target))
    default:
      return uid.type === scope.type && (scope.in === undefined || entities.isIn(uid, scope.in))
  }
}

/** Whether it can hold for an entity of the type, whichever that is. */
function mayHold(scope: Scope, type: string): boolean {
  if (scope.op === '==') return scope.entity.type === type
  return scope.op !== 'is' || scope.type === type
}

/** The policies that can match a request of this action between these types. */
export function relevant(
  policies: readonly Policy[],
  { action, principals }: ActionTypes,
  resource: string,
  entities: Entities,
): Policy[] {
  return policies.filter(
    ({ scope }) =>
      holds(scope.action, action, entities) &&
      mayHold(scope.resource, resource) &&
      principals.some((type) => mayHold(scope.principal, type)),
  )
}

/**
 * The policies of each set that the other has not, whatever they are called: where both are asked about the same world, only a request
 * that one of these can match may be decided differently.
 */
export function changedPolicies(old: PolicySet, now: PolicySet): readonly [Policy[], Policy[]] {
  const [before, after] = [meanings(old), meanings(now)]
  const missing = (from: Map<string, Policy>, other: Map<string, Policy>) =>
    [...from].filter(([key]) => !other.has(key)).map(([, policy]) => policy)
  return [missing(before, after), missing(after, before)]
}

function meanings(set: PolicySet): Map<string, Policy> {
  const bodies = new WeakMap<object, string>()
  const out = new Map<string, Policy>()
  for (const policy of set.policies) {
    let body = bodies.get(policy.conditions)
    if (body === undefined) {
      // As Cedar text: stored in PostgreSQL, the members of a JSON object come back in another order.
      body = JSON.stringify(policy.conditions.map((each) => [each.kind, renderExpression(each.body)]))
      bodies.set(policy.conditions, body)
    }
    const { principal, action, resource } = policy.scope
    out.set(JSON.stringify([policy.effect, plain(principal), plain(action), plain(resource), body]), policy)
  }
  return out
}

function plain(scope: Scope): unknown {
  if (scope.op === '==') return [scope.op, keyOf(scope.entity)]
  if (scope.op === 'in') return [scope.op, ...scope.entities.map(keyOf)]
  return scope.op === 'is' ? [scope.op, scope.type, scope.in === undefined ? null : keyOf(scope.in)] : [scope.op]
}
