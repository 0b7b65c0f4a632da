import { createPatternSet, type Matcher, type PhraseSet } from '@holdfast/match'
import type { Place, Selector } from '../parse/syntax.ts'
import { acceptor, type Accepts } from '../target/exclusion.ts'
import { copyOf } from './copy.ts'
import { type Budget, Memory } from './memory.ts'
import type { Group, PureLink, TargetClass } from './target-class.ts'

interface Look {
  readonly link: PureLink
  readonly selector: number | undefined
  readonly excluded: readonly number[]
}

/** Names whose class is remembered, and classes, for each collection. */
const MOST_NAMES = 1024
/** Links of a class that get a pattern set of their own: a word of bits. */
const MOST_FEW = 24
/** Longer names are not remembered. */
const LONGEST_NAME = 256

/** One collection: sorts the names of its entries into classes. */
export class NamedPlace {
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
    for (const name of ['', ...this.#exact.keys()]) this.classOf(name, true)
  }

  /** @param first before any request: then there is time to make a pattern set */
  classOf(lower: string, first = false): TargetClass {
    const known = this.#byName.get(lower)
    if (known !== undefined) return known
    const selectors = [...(this.#exact.get(lower) ?? [])]
    for (const { selector, accepts } of this.#regexes) if (accepts(lower)) selectors.push(selector)
    const key = selectors.join(',')
    const target = this.#classes.get(key) ?? this.#build(selectors, first)
    if (this.#classes.size < MOST_NAMES) this.#classes.set(key, target)
    if (this.#byName.size >= MOST_NAMES) this.#byName.clear()
    if (lower.length <= LONGEST_NAME) this.#byName.set(copyOf(lower), target)
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

  #build(selectors: readonly number[], first: boolean): TargetClass {
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
      !first || looking.size > MOST_FEW
        ? undefined
        : { set: createPatternSet([...looking.values()]), numbers: [...looking.keys()] }
    return { groups: [...groups.values()], routes: new Map(), always, few, idle, memory: new Memory(this.#budget) }
  }
}
