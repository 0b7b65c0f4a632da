import { createPatternSet, type PatternSet } from '@holdfast/match'
import type { Info } from '../run/entry.ts'
import { COLLECTIONS } from '../target/collections.ts'
import { Forms } from '../transform/chain.ts'
import { Budget } from './memory.ts'
import { NamedPlace } from './named-place.ts'
import { type PureLink, routeOf, type TargetClass } from './target-class.ts'

/** Values longer than this are not remembered. */
const LONGEST_REMEMBERED = 256

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
    let any = 0
    for (let word = 0; word < bits.length; word++) any |= bits[word] ?? 0
    return { bits, idle: any === 0 }
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
