import { createPatternSet, type Matcher, type PatternSet, type PhraseSet } from '@holdfast/match'
import type { Place, Selector, Target } from '../parse/syntax.ts'
import type { Info } from '../run/entry.ts'
import { COLLECTIONS } from '../target/collections.ts'
import { acceptor, type Accepts } from '../target/exclusion.ts'
import { type Chain, Forms } from '../transform/chain.ts'
import { copyOf } from './copy.ts'
import { Budget, Memory } from './memory.ts'

/** A link that looks at what was sent only, with an operator that needs nothing but the value. */
export interface PureLink {
  /** Its bit. */
  number: number
  readonly member: Matcher | PhraseSet | undefined
  readonly chain: Chain
  readonly multiMatch: boolean
  readonly place: Place
  /** Where it looks, and which names it leaves out. */
  readonly looks: readonly { readonly collections: readonly number[]; readonly source: Target }[]
  readonly targets: readonly Target[]
}

/** Links that want the same transformations first, as bits. */
interface Group {
  readonly chain: Chain
  readonly multiMatch: boolean
  readonly members: Int32Array
}

interface Route {
  /** The links whose transformations leave the value as it is; undefined where there are none. */
  readonly unchanged: Int32Array | undefined
  readonly changing: readonly Group[]
}

/** Names of one collection that the same links look at. */
interface TargetClass {
  /** Those without a member of the set are candidates anyway: `always`. */
  readonly groups: readonly Group[]
  /** By the kinds of bytes in a value. */
  readonly routes: Map<number, Route>
  readonly always: Int32Array
  /** Where few links look, a set of their own is smaller than that of all. */
  readonly few: { readonly set: PatternSet; readonly numbers: readonly number[] } | undefined
  readonly idle: boolean
  readonly memory: Memory<Info>
}

interface Look {
  readonly link: PureLink
  readonly selector: number | undefined
  readonly excluded: readonly number[]
}

/** Values longer than this are not remembered. */
const LONGEST_REMEMBERED = 256
/** Names whose class is remembered, and classes, for each collection. */
const MOST_NAMES = 1024
/** Links of a class that get a pattern set of their own: a word of bits. */
const MOST_FEW = 24
/** Kinds of values whose route is remembered, for each class. */
const MOST_ROUTES = 256

/**
 * Says of a value which links may match it: one scan of the value, and of its transformed forms where they differ, for all of
 * them; and remembers the answer for the next request.
 */
export class Scanner {
  /** 32-bit words of a set of links. */
  readonly words: number
  readonly #set: PatternSet
  readonly #places: readonly (NamedPlace | undefined)[]
  readonly #nothing: Info
  /** The different forms of the value that is scanned, and who wants to see each: used again for each value. */
  readonly #forms: string[] = []
  readonly #scratch: Forms = new Forms('')
  readonly #wanted: Int32Array[] = []
  readonly #candidates: Uint32Array
  readonly #fewCandidates: Uint32Array = new Uint32Array(1)

  constructor(links: readonly PureLink[], remembered: number) {
    const members = links.filter(({ member }) => member !== undefined)
    const others = links.filter(({ member }) => member === undefined)
    for (const [number, link] of [...members, ...others].entries()) link.number = number
    this.words = (links.length + 31) >>> 5
    this.#set = createPatternSet(members.flatMap(({ member }) => (member === undefined ? [] : [member])))
    this.#candidates = new Uint32Array(this.#set.words)
    this.#nothing = { bits: new Int32Array(this.words), idle: true }
    const budget = new Budget(remembered)
    this.#places = COLLECTIONS.map((_, collection) => {
      const looking = links.filter((link) => link.looks.some(({ collections }) => collections.includes(collection)))
      return looking.length === 0 ? undefined : new NamedPlace(collection, looking, this.words, budget)
    })
  }

  /**
   * @param lower the value's name in lower case
   * @param forms where to keep what is made of the value
   */
  look(collection: number, lower: string, value: string, forms: Forms | undefined): Info {
    const target = this.#places[collection]?.classOf(lower)
    if (target === undefined || target.idle) return this.#nothing
    if (value.length > LONGEST_REMEMBERED) return this.#scan(target, value, forms ?? this.#scratch.reset(value))
    const known = target.memory.get(value)
    if (known !== undefined) return known
    const info = this.#scan(target, value, forms ?? this.#scratch.reset(value))
    target.memory.set(value, info)
    return info
  }

  #scan(target: TargetClass, value: string, made: Forms): Info {
    const bits = target.always.slice()
    const { unchanged, changing } = routeOf(target, made.kinds)
    this.#forms.length = 0
    if (unchanged !== undefined) this.#want(value, unchanged)
    for (const { chain, multiMatch, members } of changing) {
      if (multiMatch) for (const form of made.all(chain)) this.#want(form, members)
      else this.#want(made.of(chain), members)
    }
    const candidates = this.#candidates
    for (let at = 0; at < this.#forms.length; at++) {
      const form = this.#forms[at] ?? ''
      const members = this.#wanted[at] ?? target.always
      if (target.few !== undefined) {
        // One word of candidates: their bits are spread to where the links have theirs.
        let may = target.few.set.candidates(form, this.#fewCandidates)[0] ?? 0
        for (; may !== 0; may &= may - 1) {
          const number = target.few.numbers[31 - Math.clz32(may & -may)] ?? 0
          bits[number >>> 5] = (bits[number >>> 5] ?? 0) | ((1 << (number & 31)) & (members[number >>> 5] ?? 0))
        }
        continue
      }
      this.#set.candidates(form, candidates)
      for (let word = 0; word < candidates.length; word++)
        bits[word] = (bits[word] ?? 0) | ((candidates[word] ?? 0) & (members[word] ?? 0))
    }
    return { bits, idle: bits.every((word) => word === 0) }
  }

  /** Notes which members want to see this form of the value. */
  #want(form: string, members: Int32Array): void {
    const forms = this.#forms
    let at = 0
    while (at < forms.length && forms[at] !== form) at++
    const into = (this.#wanted[at] ??= new Int32Array(this.words))
    if (at === forms.length) {
      forms.push(form)
      into.set(members)
      return
    }
    for (let word = 0; word < into.length; word++) into[word] = (into[word] ?? 0) | (members[word] ?? 0)
  }
}

/** What to do with values that hold these kinds of bytes: which chains leave them as they are is the same for all of them. */
function routeOf({ groups, routes }: TargetClass, kinds: number): Route {
  const known = routes.get(kinds)
  if (known !== undefined) return known
  const changing = groups.filter(({ chain }) => chain.needs === -1 || (chain.needs & kinds) !== 0)
  let unchanged: Int32Array | undefined
  for (const group of groups) {
    if (changing.includes(group)) continue
    if (unchanged === undefined) unchanged = group.members.slice()
    else
      for (let word = 0; word < unchanged.length; word++)
        unchanged[word] = (unchanged[word] ?? 0) | (group.members[word] ?? 0)
  }
  const route = { unchanged, changing }
  if (routes.size >= MOST_ROUTES) routes.clear()
  routes.set(kinds, route)
  return route
}

/** One collection: sorts the names of its entries into classes. */
class NamedPlace {
  readonly #words: number
  readonly #budget: Budget
  readonly #looks: Look[] = []
  readonly #exact: Map<string, number[]> = new Map()
  readonly #regexes: { readonly selector: number; readonly accepts: Accepts }[] = []
  readonly #classes: Map<string, TargetClass> = new Map()
  readonly #byName: Map<string, TargetClass> = new Map()

  constructor(collection: number, links: readonly PureLink[], words: number, budget: Budget) {
    this.#words = words
    this.#budget = budget
    const numbers = new Map<string, number>()
    for (const link of links) {
      for (const { collections, source } of link.looks) {
        if (!collections.includes(collection)) continue
        const left = link.targets.filter((target) => target.exclude && target.variable === source.variable)
        if (left.some(({ selector }) => selector === undefined)) continue
        const excluded = left.flatMap(({ selector }) =>
          selector === undefined ? [] : [this.#number(selector, numbers, link.place)],
        )
        const { selector } = source
        this.#looks.push({
          link,
          selector: selector === undefined ? undefined : this.#number(selector, numbers, link.place),
          excluded,
        })
      }
    }
    // Those that are known are made now, not with the first request.
    for (const name of ['', ...this.#exact.keys()]) this.classOf(name)
  }

  classOf(lower: string): TargetClass {
    const known = this.#byName.get(lower)
    if (known !== undefined) return known
    const selectors = [...(this.#exact.get(lower) ?? [])]
    for (const { selector, accepts } of this.#regexes) if (accepts(lower)) selectors.push(selector)
    const key = selectors.join(',')
    const target = this.#classes.get(key) ?? this.#build(selectors)
    if (this.#classes.size < MOST_NAMES) this.#classes.set(key, target)
    if (this.#byName.size >= MOST_NAMES) this.#byName.clear()
    if (lower.length <= LONGEST_REMEMBERED) this.#byName.set(copyOf(lower), target)
    return target
  }

  #number(selector: Selector, numbers: Map<string, number>, place: Place): number {
    const key = JSON.stringify(selector)
    const known = numbers.get(key)
    if (known !== undefined) return known
    const number = numbers.size
    numbers.set(key, number)
    if (selector.kind === 'regex') this.#regexes.push({ selector: number, accepts: acceptor(selector, place) })
    else this.#exact.set(selector.key, [...(this.#exact.get(selector.key) ?? []), number])
    return number
  }

  #build(selectors: readonly number[]): TargetClass {
    const always = new Int32Array(this.#words)
    const groups = new Map<string, Group>()
    let idle = true
    const looking = new Map<number, Matcher | PhraseSet>()
    for (const { link, selector, excluded } of this.#looks) {
      if (selector !== undefined && !selectors.includes(selector)) continue
      if (excluded.some((each) => selectors.includes(each))) continue
      idle = false
      const { chain, multiMatch, number, member } = link
      const key = `${chain.number} ${multiMatch}`
      let into: Int32Array = always
      if (member !== undefined) {
        const group = groups.get(key) ?? { chain, multiMatch, members: new Int32Array(this.#words) }
        groups.set(key, group)
        into = group.members
        looking.set(number, member)
      }
      into[number >>> 5] = (into[number >>> 5] ?? 0) | (1 << (number & 31))
    }
    const few =
      looking.size > MOST_FEW
        ? undefined
        : { set: createPatternSet([...looking.values()]), numbers: [...looking.keys()] }
    return { groups: [...groups.values()], routes: new Map(), always, few, idle, memory: new Memory(this.#budget) }
  }
}
