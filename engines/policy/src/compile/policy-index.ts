import type { EntityUid } from '../value.ts'
import { UidMap } from '../uid-map.ts'
import { Matches } from './match.ts'
import { type Numbered, type Place, toPlaces } from './place.ts'
import type { Policy } from './policy.ts'
import type { Run, Test } from './run.ts'
import type { Part } from './scope.ts'

/** So few policies are looked at one by one. */
const FEW = 4

const PARTS: readonly Part[] = ['resource', 'principal', 'action']

/** A policy that may match a request. */
export interface Candidate {
  readonly order: number
  readonly id: string
  readonly permits: boolean
  /** What is left to be tested: what the way through the index has shown holds. */
  readonly matches: Test
  /** It stands in several places, and may be met twice. */
  readonly several: boolean
  readonly policy: Policy
}

/** Whoever looks at the candidates of a request. */
export interface Visitor {
  visit(candidates: readonly Candidate[]): void
}

/**
 * The policies by what their scopes name, so that a request meets only those whose scope it can satisfy: by an entity itself (`==`), by an entity
 * or an ancestor of it (`in`), by a type (`is`). A place where many stand is divided again by the other parts of their scopes. What a request
 * does not meet cannot match it, and cannot fail either, since scopes do not.
 */
export class PolicyIndex {
  readonly #others: readonly Candidate[]
  readonly #named: readonly Named[]
  readonly #types: readonly Types[]

  constructor(policies: readonly Numbered[], { parts, matches }: Way = { parts: PARTS, matches: new Matches() }) {
    const { others, named, types } = toPlaces(policies, policies.length > FEW ? parts : [])
    this.#others = others.map((each) => toCandidate(each, { parts, matches }))
    this.#named = [...named].map(([part, places]) => new Named(part, places, past(part, { parts, matches })))
    this.#types = [...types].map(([part, places]) => new Types(part, places, past(part, { parts, matches })))
    Object.freeze(this)
  }

  /**
   * Shows every policy that can match the run.
   * @param any whatever its resource may be
   */
  visit(run: Run, visitor: Visitor, any: boolean): void {
    if (this.#others.length > 0) visitor.visit(this.#others)
    const named = this.#named
    for (let at = 0; at < named.length; at++) (named[at] as Named).visit(run, visitor, any)
    const types = this.#types
    for (let at = 0; at < types.length; at++) (types[at] as Types).visit(run, visitor, any)
  }
}

/** How far the way through the index has come. */
export interface Way {
  /** The parts of the scopes that are still to be looked at: of the others the way here has shown that they hold. */
  readonly parts: readonly Part[]
  readonly matches: Matches
}

function past(part: Part, { parts, matches }: Way): Way {
  return { parts: parts.filter((each) => each !== part), matches }
}

function toCandidate({ order, policy }: Numbered, { parts, matches }: Way): Candidate {
  const { id, effect, scope } = policy
  const several = scope.action.op === 'in' && scope.action.entities.length > 1 && !parts.includes('action')
  return { order, id, permits: effect === 'permit', matches: matches.of(policy, parts), several, policy }
}

/** What stands in one place: a few policies, or so many that they are divided again. */
class Bucket {
  readonly #few: readonly Candidate[] | undefined
  readonly #many: PolicyIndex | undefined

  constructor(policies: readonly Numbered[], way: Way) {
    const few = policies.length <= FEW
    this.#few = few ? policies.map((each) => toCandidate(each, way)) : undefined
    this.#many = few ? undefined : new PolicyIndex(policies, way)
  }

  visit(run: Run, visitor: Visitor, any: boolean): void {
    if (this.#few !== undefined) visitor.visit(this.#few)
    else this.#many?.visit(run, visitor, any)
  }
}

/** What stands under one entity. */
class Branch {
  readonly uid: EntityUid
  readonly equal: Bucket | undefined
  readonly within: Bucket | undefined

  constructor({ uid, equal, within }: Place, way: Way) {
    this.uid = uid
    this.equal = equal.length === 0 ? undefined : new Bucket(equal, way)
    this.within = within.length === 0 ? undefined : new Bucket(within, way)
  }
}

/** Policies by the entity that one part of their scopes names. */
class Named {
  readonly #part: Part
  readonly #branches: UidMap<Branch> = new UidMap()
  readonly #list: readonly Branch[]

  constructor(part: Part, places: UidMap<Place>, way: Way) {
    this.#part = part
    for (const place of places.values()) this.#branches.set(place.uid, new Branch(place, way))
    this.#list = [...this.#branches.values()]
  }

  visit(run: Run, visitor: Visitor, any: boolean): void {
    if (any && this.#part === 'resource') {
      this.#visitAll(run, visitor)
      return
    }
    const uid = uidOf(run, this.#part)
    const own = this.#branches.get(uid)
    if (own !== undefined) {
      own.equal?.visit(run, visitor, any)
      own.within?.visit(run, visitor, any)
    }
    const ancestors = run.find(uid)?.ancestors
    if (ancestors === undefined) return
    const { list } = ancestors
    if (list.length <= this.#list.length) {
      for (let at = 0; at < list.length; at++) {
        this.#branches.get(list[at] as EntityUid)?.within?.visit(run, visitor, any)
      }
      return
    }
    // Who has more ancestors than there are branches is looked for the other way about.
    for (let at = 0; at < this.#list.length; at++) {
      const branch = this.#list[at] as Branch
      if (ancestors.has(branch.uid)) branch.within?.visit(run, visitor, any)
    }
  }

  #visitAll(run: Run, visitor: Visitor): void {
    for (const { equal, within } of this.#list) {
      equal?.visit(run, visitor, true)
      within?.visit(run, visitor, true)
    }
  }
}

/** Policies by the type that one part of their scopes names. */
class Types {
  readonly #part: Part
  readonly #buckets: ReadonlyMap<string, Bucket>

  constructor(part: Part, places: ReadonlyMap<string, Numbered[]>, way: Way) {
    this.#part = part
    this.#buckets = new Map([...places].map(([type, policies]) => [type, new Bucket(policies, way)]))
  }

  visit(run: Run, visitor: Visitor, any: boolean): void {
    if (any && this.#part === 'resource') for (const bucket of this.#buckets.values()) bucket.visit(run, visitor, true)
    else this.#buckets.get(uidOf(run, this.#part).type)?.visit(run, visitor, any)
  }
}

function uidOf(run: Run, part: Part): EntityUid {
  if (part === 'resource') return run.resource
  return part === 'principal' ? run.principal : run.action
}
