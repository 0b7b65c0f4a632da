import { type Act, attributeAct } from './elements.ts'
import { type Attribute, attributesAt } from './tokens.ts'

export interface AttributeFound extends Act {
  readonly start: number
  readonly end: number
}

/** Attributes that stand without a value. HTML Living Standard, "Boolean attributes". */
const BOOLEAN: ReadonlySet<string> = new Set(
  'autofocus autoplay controls default disabled hidden loop multiple muted open popover readonly required'.split(' '),
)

/** So many words without a value may stand before what runs script; more of them are prose that talks of it. */
const MOST_WORDS = 2

/**
 * Reads a text from the place on where it has left an attribute's value, and tells the first attribute that runs script.
 * `from` is behind the quote, or the beginning where the value has none.
 */
export function findAttribute(text: string, from: number): AttributeFound | undefined {
  let words = 0
  for (const attribute of attributesAt(text, from).attributes) {
    if (isWord(attribute)) words++
    if (words > MOST_WORDS) return undefined
    const act = attributeAct(attribute, true)
    if (act !== undefined) return { ...act, start: attribute.start, end: attribute.end }
  }
  return undefined
}

function isWord({ name, value }: Attribute): boolean {
  return value === '' && /^[\w.,;:!?'"\x80-\xff-]+$/.test(name) && !BOOLEAN.has(name)
}
