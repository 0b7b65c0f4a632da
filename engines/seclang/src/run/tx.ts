import { integerOf } from '../operate/numbers.ts'
import type { Accepts } from '../target/exclusion.ts'

/** Counted values are kept as numbers: most of what CRS does with TX is adding and comparing. */
export type TxValue = string | number

/** The names of TX that the rules spell out, each with its place in an array; fixed once the rules are compiled. */
export class TxNames {
  readonly #slots: Map<string, number> = new Map(Array.from({ length: 10 }, (_, digit) => [String(digit), digit]))

  readonly #accepted: Map<Accepts | undefined, readonly (readonly [string, number])[]> = new Map()

  /** The place of a name; it gets one when it is asked for the first time. */
  slot(name: string): number {
    const lower = name.toLowerCase()
    const known = this.#slots.get(lower)
    if (known !== undefined) return known
    this.#slots.set(lower, this.#slots.size)
    return this.#slots.size - 1
  }

  known(lower: string): number | undefined {
    return this.#slots.get(lower)
  }

  get names(): readonly string[] {
    return [...this.#slots.keys()]
  }

  /** The spelled names that are accepted; asked for once, when all rules are compiled. */
  accepted(accepts: Accepts | undefined): readonly (readonly [name: string, slot: number])[] {
    const known = this.#accepted.get(accepts)
    if (known !== undefined) return known
    const found = [...this.#slots].filter(([name]) => accepts === undefined || accepts(name))
    this.#accepted.set(accepts, found)
    return found
  }

  /** No value at any place. */
  blank(): (TxValue | undefined)[] {
    return this.names.map(() => undefined)
  }
}

/** TX of one transaction. */
export class Tx {
  readonly #names: TxNames
  /** By slot. */
  readonly values: (TxValue | undefined)[]
  /** Names that are made while it runs; undefined as long as there are none. */
  others: Map<string, TxValue> | undefined = undefined

  constructor(names: TxNames, blank: readonly (TxValue | undefined)[]) {
    this.#names = names
    this.values = blank.slice()
  }

  get(lower: string): TxValue | undefined {
    const slot = this.#names.known(lower)
    return slot === undefined ? this.others?.get(lower) : this.values[slot]
  }

  set(lower: string, value: TxValue | undefined, most: number): void {
    const slot = this.#names.known(lower)
    if (slot !== undefined) this.values[slot] = value
    else if (value === undefined) this.others?.delete(lower)
    else {
      this.others ??= new Map()
      if (this.others.size < most || this.others.has(lower)) this.others.set(lower, value)
    }
  }

  /** Those whose name is accepted; undefined accepts all. */
  chosen(accepts: Accepts | undefined): (readonly [name: string, value: string])[] {
    const found: (readonly [string, string])[] = []
    for (const [name, slot] of this.#names.accepted(accepts)) {
      const value = this.values[slot]
      if (value !== undefined) found.push([name, String(value)])
    }
    if (this.others === undefined) return found
    for (const [name, value] of this.others)
      if (accepts === undefined || accepts(name)) found.push([name, String(value)])
    return found
  }
}

export function numberOf(value: TxValue | undefined): number {
  if (typeof value === 'number') return value
  return value === undefined ? 0 : integerOf(value)
}
