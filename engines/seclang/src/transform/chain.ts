import { SecLangError } from '../error.ts'
import type { Place } from '../parse/syntax.ts'
import { TRANSFORMATIONS, type Transformation } from './registry.ts'

/** Transformations in a row, as a rule names them. */
export interface Chain {
  /** Chains of the same names are the same. */
  readonly number: number
  /** All but the last step; undefined where there is none. */
  readonly before: Chain | undefined
  readonly step: (text: string) => string
  /** The kinds of bytes of which a value needs one to be changed at all; -1 where any may be. */
  readonly needs: number
}

/** Each byte's kind, as a bit: bytes that the same transformations wait for are of one kind. */
const KINDS: Int32Array = new Int32Array(256)
/** The kinds of bytes that a text holds: one look at it says which chains leave it as it is. */
const kinds = (bytes: string) => {
  let all = 0
  for (let at = 0; at < bytes.length; at++) all |= KINDS[bytes.charCodeAt(at)] ?? 0
  return all
}
{
  const classes = new Map<string, number>()
  const needs = [...TRANSFORMATIONS.values()].flatMap(({ needs }) => (needs === undefined ? [] : [needs]))
  for (let byte = 0; byte < 256; byte++) {
    const character = String.fromCharCode(byte)
    const key = needs.map((each) => (each.includes(character) ? '1' : '0')).join('')
    if (!key.includes('1')) continue
    const number = classes.get(key) ?? classes.size
    classes.set(key, number)
    KINDS[byte] = 1 << number
  }
}

/** The chains of a configuration. */
export class Chains {
  readonly #chains: Map<string, Chain> = new Map()

  /** @throws SecLangError transformation_unknown */
  of(names: readonly string[], place: Place): Chain {
    const key = names.join(',')
    const known = this.#chains.get(key)
    if (known !== undefined) return known
    const name = names.at(-1)
    // Those before it are chains too: many rules want the same first steps.
    const before = name === undefined ? undefined : this.of(names.slice(0, -1), place)
    const step = name === undefined ? IDENTITY : TRANSFORMATIONS.get(name)
    if (step === undefined)
      throw new SecLangError(
        'transformation_unknown',
        `there is no transformation ${name ?? ''}`,
        place.file,
        place.line,
      )
    const needs = step.needs === undefined || before?.needs === -1 ? -1 : (before?.needs ?? 0) | kinds(step.needs)
    const chain = { number: this.#chains.size, before, step: step.apply, needs }
    this.#chains.set(key, chain)
    return chain
  }
}

const IDENTITY: Transformation = { apply: (text) => text, needs: '' }

/** A value and what chains make of it: each step is done once. */
export class Forms {
  #value = ''
  #kinds = 0
  readonly #made: (string | undefined)[] = []

  constructor(value: string) {
    this.reset(value)
  }

  get kinds(): number {
    return this.#kinds
  }

  reset(value: string): this {
    this.#value = value
    this.#kinds = kinds(value)
    this.#made.length = 0
    return this
  }

  /** The value after the last step. */
  of(chain: Chain): string {
    const { before, number } = chain
    if (before === undefined) return this.#value
    if (chain.needs !== -1 && (chain.needs & this.#kinds) === 0) return this.#value
    return (this.#made[number] ??= chain.step(this.of(before)))
  }

  /** `multiMatch`: the value before, and after each step that changed it. */
  all(chain: Chain): string[] {
    if (chain.before === undefined) return [this.#value]
    const forms = this.all(chain.before)
    const last = this.of(chain)
    if (last !== this.of(chain.before)) forms.push(last)
    return forms
  }
}
