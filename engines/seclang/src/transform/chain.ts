import { SecLangError } from '../error.ts'
import type { Place } from '../parse/syntax.ts'
import { TRANSFORMATIONS, type Transformation } from './registry.ts'

/** Transformations in a row, as a rule names them. */
export interface Chain {
  /** Chains of the same names are the same. */
  readonly number: number
  readonly names: readonly string[]
  /** The kinds of bytes (see `kindsOf`) of which a value needs one to be changed at all; -1 where any may be. */
  readonly needs: number
  apply(text: string): string
  /** `multiMatch`: the value before, and after each transformation that changed it. */
  forms(text: string): string[]
}

/** Each byte's kind, as a bit: bytes that the same transformations wait for are of one kind. */
const KINDS: Int32Array = new Int32Array(256)
/** For a set of bytes the kinds that it is made of. */
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

/** The kinds of bytes that a value holds: one look at it says which chains leave it as it is. */
export function kindsOf(text: string): number {
  return kinds(text)
}

export class Chains {
  readonly #chains: Map<string, Chain> = new Map()

  get all(): readonly Chain[] {
    return [...this.#chains.values()]
  }

  /** @throws SecLangError transformation_unknown */
  of(names: readonly string[], place: Place): Chain {
    const key = names.join(',')
    const known = this.#chains.get(key)
    if (known !== undefined) return known
    const steps = names.map((name) => {
      const step = TRANSFORMATIONS.get(name)
      if (step !== undefined) return step
      throw new SecLangError('transformation_unknown', `there is no transformation ${name}`, place.file, place.line)
    })
    const chain = chainOf(this.#chains.size, names, steps)
    this.#chains.set(key, chain)
    return chain
  }
}

function chainOf(number: number, names: readonly string[], steps: readonly Transformation[]): Chain {
  const changing = steps.map((step) => step.apply)
  const needs = steps.some((step) => step.needs === undefined) ? -1 : kinds(steps.map((step) => step.needs).join(''))
  return {
    number,
    names,
    needs,
    apply(text) {
      let value = text
      for (const change of changing) value = change(value)
      return value
    },
    forms(text) {
      const forms = [text]
      let value = text
      for (const change of changing) {
        const next = change(value)
        if (next !== value) forms.push(next)
        value = next
      }
      return forms
    },
  }
}
