import type { Uid } from '../json.ts'
import { UidMap } from '../uid-map.ts'
import type { EntityUid } from '../value.ts'
import type { Policy } from './policy.ts'

const NONE: readonly Numbered[] = []

/** A policy and its place in the set. */
export interface Numbered {
  readonly order: number
  readonly policy: Policy
}

/**
 * A first index on the scope: a policy for one resource, one principal or one action (`==`) is looked at only when it is that one.
 * Every policy is in exactly one bucket.
 */
export class PolicyIndex {
  readonly #resources: UidMap<Numbered[]> = new UidMap()
  readonly #principals: UidMap<Numbered[]> = new UidMap()
  readonly #actions: UidMap<Numbered[]> = new UidMap()
  readonly #others: Numbered[] = []

  constructor(policies: readonly Policy[]) {
    policies.forEach((policy, order) => {
      const { principal, action, resource } = policy.scope
      const each = { order, policy }
      if (resource.op === '==') put(this.#resources, resource.entity, each)
      else if (principal.op === '==') put(this.#principals, principal.entity, each)
      else if (action.op === '==') put(this.#actions, action.entity, each)
      else this.#others.push(each)
    })
    Object.freeze(this)
  }

  /** The buckets to look at for a request; together they hold every policy that can match it. */
  candidates(principal: Uid, action: Uid, resource: Uid): readonly (readonly Numbered[])[] {
    return [
      this.#others,
      this.#actions.get(action) ?? NONE,
      this.#principals.get(principal) ?? NONE,
      this.#resources.get(resource) ?? NONE,
    ]
  }
}

function put(buckets: UidMap<Numbered[]>, uid: EntityUid, each: Numbered): void {
  const bucket = buckets.get(uid)
  if (bucket === undefined) buckets.set(uid, [each])
  else bucket.push(each)
}
