import type { UidMap } from '../uid-map.ts'
import type { EntityUid } from '../value.ts'
import { Candidate, SharedCode } from './candidate.ts'
import { type Numbered, type Place, toPlaces } from './place.ts'
import type { Run } from './run.ts'
import type { Part } from './scope.ts'

/** So few policies are looked at one by one. */
const FEW = 4

const PARTS: readonly Part[] = ['resource', 'principal', 'action']

/** Whoever looks at the candidates of a request: each, and those that follow it. */
export interface Visitor {
  visit(candidate: Candidate): void
}

/** How far the way through the index has come. */
interface Way {
  /** The parts of the scopes that are still to be looked at: of the others the way here has shown that they hold. */
  readonly parts: readonly Part[]
  readonly code: SharedCode
}

/**
 * The policies by what their scopes name, so that a request meets only those whose scope it can satisfy: by an entity itself (`==`), by an entity
 * or an ancestor of it (`in`), by a type (`is`). A place where many stand is divided again by the other parts of their scopes. What a request
 * does not meet cannot match it, and cannot fail either, since scopes do not.
 */
export class PolicyIndex {
  readonly #others: Candidate | null
  readonly #named: readonly Named[]
  readonly #types: readonly Types[]

  constructor(policies: readonly Numbered[], parts: readonly Part[] = PARTS, code: SharedCode = new SharedCode()) {
    const { others, named, types } = toPlaces(policies, policies.length > FEW ? parts : [])
    const past = (part: Part): Way => ({ parts: parts.filter((each) => each !== part), code })
    this.#others = chain(others, { parts, code })
    this.#named = [...named].map(([part, places]) => new Named(part, places, past(part)))
    this.#types = [...types].map(([part, places]) => new Types(part, places, past(part)))
    Object.freeze(this)
  }

  /**
   * Shows every policy that can match the run.
   * @param any whatever its resource may be
   */
  visit(run: Run, visitor: Visitor, any: boolean): void {
    if (this.#others !== null) visitor.visit(this.#others)
    const named = this.#named
    for (let at = 0; at < named.length; at++) (named[at] as Named).visit(run, visitor, any)
    const types = this.#types
    for (let at = 0; at < types.length; at++) (types[at] as Types).visit(run, visitor, any)
  }
}

/** What stands in one place: a few policies, or so many that they are divided again. */
interface Bucket {
  readonly few: Candidate | null
  readonly many: PolicyIndex | null
}

function toBucket(policies: readonly Numbered[], { parts, code }: Way): Bucket {
  if (policies.length > FEW) return { few: null, many: new PolicyIndex(policies, parts, code) }
  return { few: chain(policies, { parts, code }), many: null }
}

function chain(policies: readonly Numbered[], { parts, code }: Way): Candidate | null {
  let first: Candidate | null = null
  for (const each of policies.toReversed()) first = new Candidate(each, parts, code, first)
  return first
}

/** What stands under one entity: for it alone, and for whatever is in it. */
class Branch {
  readonly uid: EntityUid
  /** Another entity of the same id. */
  readonly next: Branch | undefined
  readonly #only: Candidate | null
  readonly #onlyMany: PolicyIndex | null
  readonly #within: Candidate | null
  readonly #withinMany: PolicyIndex | null

  constructor({ uid, equal, within }: Place, way: Way, next: Branch | undefined) {
    this.uid = uid
    this.next = next
    ;({ few: this.#only, many: this.#onlyMany } = toBucket(equal, way))
    ;({ few: this.#within, many: this.#withinMany } = toBucket(within, way))
  }

  visitOnly(run: Run, visitor: Visitor, any: boolean): void {
    if (this.#only !== null) visitor.visit(this.#only)
    if (this.#onlyMany !== null) this.#onlyMany.visit(run, visitor, any)
  }

  visitWithin(run: Run, visitor: Visitor, any: boolean): void {
    if (this.#within !== null) visitor.visit(this.#within)
    if (this.#withinMany !== null) this.#withinMany.visit(run, visitor, any)
  }
}

/** Policies by the entity that one part of their scopes names. */
class Named {
  readonly #part: Part
  readonly #ids: Map<string, Branch> = new Map()
  readonly #list: readonly Branch[]

  constructor(part: Part, places: UidMap<Place>, way: Way) {
    const list: Branch[] = []
    for (const place of places.values()) {
      const branch = new Branch(place, way, this.#ids.get(place.uid.id))
      this.#ids.set(place.uid.id, branch)
      list.push(branch)
    }
    this.#part = part
    this.#list = list
  }

  visit(run: Run, visitor: Visitor, any: boolean): void {
    if (any && this.#part === 'resource') {
      this.#visitAll(run, visitor)
      return
    }
    const uid = uidOf(run, this.#part)
    const own = this.#find(uid)
    if (own !== undefined) {
      own.visitOnly(run, visitor, any)
      own.visitWithin(run, visitor, any)
    }
    const ancestors = run.find(uid)?.ancestors
    if (ancestors === undefined) return
    const { list } = ancestors
    if (list.length <= this.#list.length) {
      for (let at = 0; at < list.length; at++) this.#find(list[at] as EntityUid)?.visitWithin(run, visitor, any)
      return
    }
    // Who has more ancestors than there are branches is looked for the other way about.
    for (let at = 0; at < this.#list.length; at++) {
      const branch = this.#list[at] as Branch
      if (ancestors.has(branch.uid)) branch.visitWithin(run, visitor, any)
    }
  }

  #find(uid: EntityUid): Branch | undefined {
    let branch = this.#ids.get(uid.id)
    while (branch !== undefined && branch.uid.type !== uid.type) branch = branch.next
    return branch
  }

  #visitAll(run: Run, visitor: Visitor): void {
    for (const branch of this.#list) {
      branch.visitOnly(run, visitor, true)
      branch.visitWithin(run, visitor, true)
    }
  }
}

/** Policies by the type that one part of their scopes names. */
class Types {
  readonly #part: Part
  readonly #buckets: ReadonlyMap<string, Bucket>

  constructor(part: Part, places: ReadonlyMap<string, Numbered[]>, way: Way) {
    this.#part = part
    this.#buckets = new Map([...places].map(([type, policies]) => [type, toBucket(policies, way)]))
  }

  visit(run: Run, visitor: Visitor, any: boolean): void {
    if (any && this.#part === 'resource') for (const bucket of this.#buckets.values()) show(bucket, run, visitor, true)
    else show(this.#buckets.get(uidOf(run, this.#part).type), run, visitor, any)
  }
}

function show(bucket: Bucket | undefined, run: Run, visitor: Visitor, any: boolean): void {
  if (bucket === undefined) return
  if (bucket.few !== null) visitor.visit(bucket.few)
  if (bucket.many !== null) bucket.many.visit(run, visitor, any)
}

function uidOf(run: Run, part: Part): EntityUid {
  if (part === 'resource') return run.resource
  return part === 'principal' ? run.principal : run.action
}
