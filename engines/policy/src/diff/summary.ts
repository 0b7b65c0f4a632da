import type { Entities } from '../entities.ts'
import type { Uid } from '../json.ts'
import { UidMap } from '../uid-map.ts'
import { EntityUid } from '../value.ts'
import type { Block, DiffSide } from './types.ts'

/** Some of a change: principals that no policy can tell apart, or single ones, for the same reason. */
export interface Row {
  /** How many principals, and a few of them. */
  readonly principals: number
  readonly principalExamples: readonly Uid[]
  readonly resources: number
  readonly resourceExamples: readonly Uid[]
  /** How many pairs of a principal and a resource. */
  readonly pairs: number
  /** Groups and roles that all of these principals are in. */
  readonly common: readonly Uid[]
  /** Policies that decided: those that permit on the one side, those that forbid on the other. */
  readonly because: readonly string[]
}

/** Who gains, or loses, one action on one type of resource. */
export interface Change extends Row {
  readonly kind: 'gain' | 'loss'
  readonly action: string
  readonly resourceType: string
  /** How many principals, by their type. */
  readonly principalTypes: { readonly [type: string]: number }
  /** Of this type the world knows no resource: the numbers speak of those that policies name, and of one that stands for all others. */
  readonly anyResource: boolean
  /** The largest first. */
  readonly rows: readonly Row[]
  /** How many rows were left out. */
  readonly more: number
}

export interface Comparison {
  readonly changes: readonly Change[]
}

export interface SummaryOptions {
  /** How many examples of principals and of resources each row has; 5 unless told. */
  readonly examples?: number | undefined
  /** How many rows each change has at most; 50 unless told. */
  readonly rows?: number | undefined
}

/** Counts blocks together. */
export interface Summary {
  add(block: Block): void
  /** Pauses between rows. */
  done(): Generator<undefined, Comparison>
}

/** @param sides whose hierarchies say what principals have in common: for what is lost the old, for what is gained the new */
export function summarize(
  sides: { readonly old: DiffSide; readonly now: DiffSide },
  options: SummaryOptions = {},
): Summary {
  const { examples = 5, rows = 50 } = options
  const drafts = new Map<string, ChangeDraft>()
  return {
    add(block) {
      const key = JSON.stringify([block.action.type, block.action.id, block.resourceType, block.kind])
      let draft = drafts.get(key)
      if (draft === undefined) drafts.set(key, (draft = new ChangeDraft(block)))
      draft.add(block)
    },
    *done() {
      const changes: Change[] = []
      for (const draft of drafts.values()) {
        const { entities } = draft.block.kind === 'gain' ? sides.now : sides.old
        changes.push(yield* draft.change(entities, examples, rows))
      }
      return { changes: changes.toSorted(inOrder) }
    },
  }
}

function inOrder(a: Change, b: Change): number {
  return compareText(a.action, b.action) || compareText(a.resourceType, b.resourceType) || compareText(a.kind, b.kind)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

class RowDraft {
  readonly principals: UidMap<Uid> = new UidMap()
  readonly resources: UidMap<Uid> = new UidMap()
  readonly because: Set<string> = new Set()
  /** Lists that are in already: blocks share them. */
  readonly #seen: Set<readonly Uid[]> = new Set()
  pairs = 0

  add({ principals, resources, because }: Block): void {
    this.#all(principals, this.principals)
    this.#all(resources, this.resources)
    this.pairs += principals.length * resources.length
    for (const name of because) this.because.add(name)
  }

  #all(list: readonly Uid[], into: UidMap<Uid>): void {
    if (this.#seen.has(list)) return
    this.#seen.add(list)
    for (const uid of list) into.set(uid, uid)
  }

  done(entities: Entities, examples: number): Row {
    const principals = [...this.principals.values()]
    return {
      principals: principals.length,
      principalExamples: firstOf(principals, examples),
      resources: this.resources.size,
      resourceExamples: firstOf([...this.resources.values()], examples),
      pairs: this.pairs,
      common: commonAncestors(principals, entities),
      because: [...this.because].toSorted(),
    }
  }
}

class ChangeDraft extends RowDraft {
  readonly block: Block
  readonly #rows: Map<string, RowDraft> = new Map()
  #anyResource = false

  constructor(block: Block) {
    super()
    this.block = block
  }

  override add(block: Block): void {
    super.add(block)
    this.#anyResource ||= block.anyResource
    const [first] = block.principals
    // Single principals who are told apart by the resources (its owner, its readers) are one row together.
    const key = JSON.stringify([block.principals.length === 1 ? '' : `${first?.type} ${first?.id}`, block.because])
    let row = this.#rows.get(key)
    if (row === undefined) this.#rows.set(key, (row = new RowDraft()))
    row.add(block)
  }

  *change(entities: Entities, examples: number, most: number): Generator<undefined, Change> {
    const rows = [...this.#rows.values()].toSorted((a, b) => b.pairs - a.pairs)
    const types: { [type: string]: number } = {}
    for (const { type } of this.principals.values()) types[type] = (types[type] ?? 0) + 1
    const { kind, action, resourceType } = this.block
    yield undefined
    const shown: Row[] = []
    for (const row of rows.slice(0, most)) {
      shown.push(row.done(entities, examples))
      yield undefined
    }
    return {
      ...this.done(entities, examples),
      kind,
      action: action.type === 'Action' ? action.id : `${action.type}::${JSON.stringify(action.id)}`,
      resourceType,
      principalTypes: types,
      anyResource: this.#anyResource,
      rows: shown,
      more: Math.max(0, rows.length - most),
    }
  }
}

/** The first by id, so that the same comparison has the same examples; of many, without sorting them all. */
function firstOf(uids: readonly Uid[], examples: number): Uid[] {
  const before = (a: Uid, b: Uid) => compareText(a.type, b.type) || compareText(a.id, b.id)
  const first: Uid[] = []
  for (const uid of uids) {
    const last = first.at(-1)
    if (first.length >= examples && (last === undefined || before(uid, last) >= 0)) continue
    let at = first.length
    for (let other = first[at - 1]; other !== undefined && before(uid, other) < 0; other = first[at - 1]) at--
    first.splice(at, 0, uid)
    if (first.length > examples) first.pop()
  }
  return first.map(({ type, id }) => ({ type, id }))
}

/** What all of them are in, direct or not. */
function commonAncestors(principals: readonly Uid[], entities: Entities): Uid[] {
  const [first, ...others] = principals
  if (first === undefined) return []
  const seen = new UidMap<EntityUid>()
  const open = [...(entities.get(first)?.parents ?? [])]
  for (let uid = open.pop(); uid !== undefined; uid = open.pop()) {
    if (seen.has(uid)) continue
    seen.set(uid, uid)
    open.push(...(entities.get(uid)?.parents ?? []))
  }
  const common = [...seen.values()].filter((uid) => others.every((other) => entities.isIn(other, uid)))
  return firstOf(common, common.length)
}
