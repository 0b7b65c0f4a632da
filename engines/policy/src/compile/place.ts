import { UidMap } from '../uid-map.ts'
import type { EntityUid } from '../value.ts'
import type { Policy } from './policy.ts'
import type { Part, Scope } from './scope.ts'

/** A policy and its place in the order of its set. */
export interface Numbered {
  readonly order: number
  readonly policy: Policy
}

/** The policies that stand under one entity. */
export interface Place {
  readonly uid: EntityUid
  /** For this entity only. */
  readonly equal: Numbered[]
  /** For this entity and whatever is in it. */
  readonly within: Numbered[]
}

/** Policies put in their places. */
export interface Places {
  /** Those that no part of a scope tells apart. */
  readonly others: Numbered[]
  readonly named: ReadonlyMap<Part, UidMap<Place>>
  readonly types: ReadonlyMap<Part, Map<string, Numbered[]>>
}

/** A policy for more actions than this is not put under each of them: a few such policies would make a large index. */
const LISTED = 16

/** A type is shared by far more requests than an entity is. */
const TYPE_WEIGHT = 4

/** Puts each policy under the part of its scope that the fewest others share. A policy for no action at all (`action in []`) has no place. */
export function toPlaces(policies: readonly Numbered[], parts: readonly Part[]): Places {
  const counts = new Map(parts.map((part) => [part, new Counts(policies, part)]))
  const others: Numbered[] = []
  const named = new Map<Part, UidMap<Place>>()
  const types = new Map<Part, Map<string, Numbered[]>>()
  for (const each of policies) {
    let best: Part | undefined
    let least = Number.POSITIVE_INFINITY
    for (const [part, count] of counts) {
      const cost = count.cost(each.policy.scope[part])
      if (cost < least) {
        least = cost
        best = part
      }
    }
    if (best === undefined) others.push(each)
    else put(each, best, named, types)
  }
  return { others, named, types }
}

function put(
  each: Numbered,
  part: Part,
  named: Map<Part, UidMap<Place>>,
  types: Map<Part, Map<string, Numbered[]>>,
): void {
  const scope = each.policy.scope[part]
  if (scope.op === 'is' && scope.in === undefined) {
    const ofPart = made(types, part, () => new Map<string, Numbered[]>())
    made(ofPart, scope.type, () => []).push(each)
    return
  }
  const ofPart = made(named, part, () => new UidMap<Place>())
  for (const uid of entitiesOf(scope)) {
    const place = made(ofPart, uid, () => ({ uid, equal: [], within: [] }))
    const list = scope.op === '==' ? place.equal : place.within
    // An action may be listed twice.
    if (list.at(-1) !== each) list.push(each)
  }
}

/** How many policies name an entity, or a type, in one part of their scopes. */
class Counts {
  readonly #entities: UidMap<number> = new UidMap()
  readonly #types: Map<string, number> = new Map()

  constructor(policies: readonly Numbered[], part: Part) {
    for (const { policy } of policies) {
      const scope = policy.scope[part]
      for (const uid of entitiesOf(scope)) this.#entities.set(uid, (this.#entities.get(uid) ?? 0) + 1)
      if (scope.op === 'is') this.#types.set(scope.type, (this.#types.get(scope.type) ?? 0) + 1)
    }
  }

  cost(scope: Scope): number {
    if (scope.op === 'All') return Number.POSITIVE_INFINITY
    if (scope.op === 'is' && scope.in === undefined) return TYPE_WEIGHT * (this.#types.get(scope.type) ?? 0)
    const entities = entitiesOf(scope)
    if (entities.length > LISTED) return Number.POSITIVE_INFINITY
    let cost = 0
    for (const uid of entities) cost += this.#entities.get(uid) ?? 0
    return cost
  }
}

function entitiesOf(scope: Scope): readonly EntityUid[] {
  if (scope.op === '==') return [scope.entity]
  if (scope.op === 'in') return scope.entities
  return scope.op === 'is' && scope.in !== undefined ? [scope.in] : []
}

function made<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}
