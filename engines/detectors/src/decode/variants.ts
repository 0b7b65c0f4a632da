import type { Budget } from '../budget.ts'
import { CLASS, classesOf } from '../classes.ts'
import type { Bytes, Decoding, Place } from '../types.ts'
import { decodeBase64, decodeLikelyBase64 } from './base64.ts'
import { decodeEntities } from './entities.ts'
import { decodeEscapes } from './escapes.ts'
import { foldWide } from './wide.ts'
import { decodeOverlong } from './overlong.ts'
import { decodePercent, decodePlus, dropPercent } from './percent.ts'

export interface Variant {
  readonly text: Bytes
  readonly decoding: readonly Decoding[]
}

/** At most so many texts beside the value itself, and so many steps in a row (double percent, then entities, then wide forms). */
const VARIANTS = 8
const STEPS = 4

interface Step {
  readonly name: Decoding
  /** The step can change nothing unless one of these kinds of bytes occurs. */
  readonly classes: number
  readonly decode: (text: Bytes) => Bytes
}

const STEPS_OF_BACKENDS: readonly Step[] = [
  { name: 'percent', classes: CLASS.percent, decode: decodePercent },
  { name: 'percent', classes: CLASS.percent, decode: dropPercent },
  { name: 'entities', classes: CLASS.ampersand, decode: decodeEntities },
  { name: 'escapes', classes: CLASS.backslash, decode: decodeEscapes },
  { name: 'overlong', classes: CLASS.high, decode: decodeOverlong },
  { name: 'wide', classes: CLASS.high, decode: foldWide },
]
const DECODABLE = CLASS.percent | CLASS.ampersand | CLASS.backslash | CLASS.high | CLASS.plus

/**
 * The other texts that a backend may make of a value: each step on the value itself, and steps upon steps, breadth first. A step
 * that changes nothing makes no variant. `+` is read as a space where spaces are fewer.
 */
export function variantsOf(value: Bytes, classes: number, place: Place, budget: Budget): readonly Variant[] {
  const variants: Variant[] = []
  const seen = new Set([value])
  const add = (text: Bytes, decoding: readonly Decoding[]): void => {
    if (variants.length >= VARIANTS || seen.has(text)) return
    seen.add(text)
    variants.push({ text, decoding })
  }
  const inside = place.base64 === true ? decodeBase64(value) : likelyBase64(value, classes)
  if (inside !== undefined) {
    add(inside, ['base64'])
  } else if ((classes & DECODABLE) === 0) return variants
  if ((classes & DECODABLE) !== 0) grow({ text: value, decoding: [] }, add, budget)
  const first = variants.find(({ decoding }) => decoding.length === 1 && decoding[0] === 'percent')
  const behind = first === undefined ? undefined : likelyBase64(first.text, classesOf(first.text))
  if (behind !== undefined) add(behind, ['percent', 'base64'])
  for (let at = 0; at < variants.length && variants.length < VARIANTS; at++) {
    const variant = variants[at] as Variant
    if (variant.decoding.length < STEPS) grow(variant, add, budget)
  }
  return variants
}

const BASE64 =
  CLASS.letter | CLASS.digit | CLASS.plus | CLASS.slash | CLASS.minus | CLASS.underscore | CLASS.equals | CLASS.blank

function likelyBase64(value: Bytes, classes: number): Bytes | undefined {
  return (classes & ~BASE64) === 0 ? decodeLikelyBase64(value) : undefined
}

/** Nobody encodes some blanks and not those beside them. */
function isForm(text: Bytes): boolean {
  return !text.includes('+ ') && !text.includes(' +') && count(text, '+') >= count(text, ' ')
}

function count(text: Bytes, mark: string): number {
  let marks = 0
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) marks++
  return marks
}

function grow(
  { text, decoding }: Variant,
  add: (text: Bytes, decoding: readonly Decoding[]) => void,
  budget: Budget,
): void {
  const last = decoding.at(-1)
  const classes = classesOf(text)
  for (const step of STEPS_OF_BACKENDS) {
    if ((classes & step.classes) === 0) continue
    // One pass of folding leaves nothing to fold; percent and entities may be nested.
    if (step.name === last && (last === 'wide' || last === 'overlong')) continue
    if (!budget.take(text.length)) return
    const decoded = step.decode(text)
    if (decoded !== text) add(decoded, [...decoding, step.name])
  }
  if (classes & CLASS.plus && !decoding.includes('plus') && isForm(text)) {
    add(decodePlus(text), [...decoding, 'plus'])
  }
}
