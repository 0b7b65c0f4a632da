import type { EntityUid } from '../value.ts'
import { UidMap } from '../uid-map.ts'
import { type Numbered, type Place, toPlaces } from './place.ts'
import { compileMatch } from './policy.ts'
import type { Run, Test } from './run.ts'
import type { Part } from './scope.ts'

/** So few policies are looked at one by one. */
const FEW = 4

const PARTS: readonly Part[] = ['resource', 'principal', 'action']

/** A policy that may match a request. */
export interface Candidate extends Numbered {
  readonly permits: boolean
  /** What is left to be tested: what the way through the index has shown holds. */
  readonly matches: Test
  /** It stands in several places, and may be met twice. */
  readonly several: boolean
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

  /** @param parts of the scopes that are still to be looked at: of the others the way here has shown that they hold */
  constructor(policies: readonly Numbered[], parts: readonly Part[] = PARTS) {
    const { others, named, types } = toPlaces(policies, policies.length > FEW ? parts : [])
    this.#others = others.map((each) => toCandidate(each, parts))
    this.#named = [...named].map(([part, places]) => new Named(part, places, without(parts, part)))
    this.#types = [...types].map(([part, places]) => new Types(part, places, without(parts, part)))
    Object.freeze(this)
  }

  /** Shows every policy that can match the run. */
  visit(run: Run, visitor: Visitor): void {
    if (this.#others.length > 0) visitor.visit(this.#others)
    const named = this.#named
    for (let at = 0; at < named.length; at++) (named[at] as Named).visit(run, visitor)
    const types = this.#types
    for (let at = 0; at < types.length; at++) (types[at] as Types).visit(run, visitor)
  }
}

function without(parts: readonly Part[], part: Part): readonly Part[] {
  return parts.filter((each) => each !== part)
}

function toCandidate({ order, policy }: Numbered, parts: readonly Part[]): Candidate {
  const { action } = policy.scope
  const several = action.op === 'in' && action.entities.length > 1 && !parts.includes('action')
  return { order, policy, permits: policy.effect === 'permit', matches: compileMatch(policy, parts), several }
}

/** What stands under one entity. */
interface Branch {
  readonly uid: EntityUid
  readonly equal: PolicyIndex | undefined
  readonly within: PolicyIndex | undefined
}

/** Policies by the entity that one part of their scopes names. */
class Named {
  readonly #part: Part
  readonly #branches: UidMap<Branch> = new UidMap()
  readonly #list: readonly Branch[]

  constructor(part: Part, places: UidMap<Place>, parts: readonly Part[]) {
    const index = (policies: Numbered[]) => (policies.length === 0 ? undefined : new PolicyIndex(policies, parts))
    this.#part = part
    for (const { uid, equal, within } of places.values()) {
      this.#branches.set(uid, { uid, equal: index(equal), within: index(within) })
    }
    this.#list = [...this.#branches.values()]
  }

  visit(run: Run, visitor: Visitor): void {
    const uid = run[this.#part]
    const own = this.#branches.get(uid)
    if (own !== undefined) {
      own.equal?.visit(run, visitor)
      own.within?.visit(run, visitor)
    }
    const ancestors = run.find(uid)?.ancestors
    if (ancestors === undefined) return
    const { list } = ancestors
    if (list.length <= this.#list.length) {
      for (let at = 0; at < list.length; at++) this.#branches.get(list[at] as EntityUid)?.within?.visit(run, visitor)
      return
    }
    // Who has more ancestors than there are branches is looked for the other way about.
    for (let at = 0; at < this.#list.length; at++) {
      const branch = this.#list[at] as Branch
      if (ancestors.has(branch.uid)) branch.within?.visit(run, visitor)
    }
  }
}

/** Policies by the type that one part of their scopes names. */
class Types {
  readonly #part: Part
  readonly #indexes: ReadonlyMap<string, PolicyIndex>

  constructor(part: Part, places: ReadonlyMap<string, Numbered[]>, parts: readonly Part[]) {
    this.#part = part
    this.#indexes = new Map([...places].map(([type, policies]) => [type, new PolicyIndex(policies, parts)]))
  }

  visit(run: Run, visitor: Visitor): void {
    this.#indexes.get(run[this.#part].type)?.visit(run, visitor)
  }
}
