import { markerEnd } from './marker.ts'

/** The part of a text that a name was given as its value. */
export interface Value {
  readonly start: number
  readonly end: number
  readonly quoted: boolean
}

const OPENING = /["'`]/
const MOST_BRACKETED = 65_536

/**
 * The value that begins at `at`, behind an operator: quoted (with any number of backslashes before the quotes, as in
 * JSON inside of JSON), in brackets, or one word; null when there is none. A quote that is never closed reaches to
 * the end: the text was cut off.
 */
export function valueAt(text: string, at: number): Value | null {
  let start = at
  while (text[start] === '\\') start += 1
  const quote = text[start]
  if (quote === undefined) return null
  if (OPENING.test(quote)) return { start: start + 1, end: closing(text, start + 1, quote, start - at), quoted: true }
  const end = wordEnd(text, at)
  return end > at ? { start: at, end, quoted: false } : null
}

/** Where the array or object ends whose bracket is at `at`. */
export function bracketedEnd(text: string, at: number): number {
  let depth = 0
  const last = Math.min(text.length, at + MOST_BRACKETED)
  for (let each = at; each < last; each += 1) {
    const character = text[each]
    if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') {
      depth -= 1
      if (depth === 0) return each + 1
    }
  }
  return last
}

function closing(text: string, from: number, quote: string, backslashes: number): number {
  let before = 0
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\') {
      before += 1
      continue
    }
    if (character === quote && (backslashes === 0 ? before % 2 === 0 : before <= backslashes))
      return at - Math.min(before, backslashes)
    before = 0
  }
  return text.length
}

/** A word goes on over `,`, `)` and the like where they stand inside of it: a password may have them. */
const NEXT_FIELD = /[&,;]\s{0,3}["']?[\w.[\]%-]{1,64}["']?\s{0,2}[=:]/y
const END_OF_WORD = /[&,;)\]}]{1,8}(?:[\s"'`]|\\[nrt"']|$)/y
const TAG = /<[/!a-z]/iy

function wordEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (character <= ' ' || character === '"' || character === '`' || character === "'") return at
    if (character === '[') {
      const end = markerEnd(text, at)
      if (end > at) at = end - 1
    } else if (character === '\\') {
      if (/[nrt"']/.test(text[at + 1] ?? '')) return at
    } else if (character === '<') {
      if (testAt(TAG, text, at)) return at
    } else if ('&,;)]}'.includes(character) && (testAt(END_OF_WORD, text, at) || testAt(NEXT_FIELD, text, at)))
      return at
  }
  return text.length
}

function testAt(form: RegExp, text: string, at: number): boolean {
  form.lastIndex = at
  return form.test(text)
}

const NOT_YET = new Set(
  (
    'string number boolean object array any unknown null undefined none nil true false yes no required ' +
    'optional invalid missing expired empty blank is are was were not the a an this that must should shall ' +
    'will would can cannot could may has have had been be too wrong incorrect denied mismatch failed failure ' +
    'error unset set given new old same bad good and or of for to in on at by with from as if when it its ' +
    'value str int bytes text varchar type default example redacted hidden masked removed omitted secret ' +
    'password token key exceeded revoked rotated changed updated reset created deleted accepted rejected valid ' +
    'ok disabled enabled unavailable unsupported only use uses used see read your you we they who filtered ' +
    'length count self option<string> string? string[] character uint8array buffer pass secret token password ' +
    'optional secretstr bytearray char[] text?'
  ).split(' '),
)

const EXPRESSION =
  /[A-Za-z_$][\w$.]{2,64}(?:\([^()\n]{0,200}\)|\[[^[\]\n]{0,64}\]|\{[^\n]{0,200}\})(?:[\s,;:)}\]]|$)|require\(|new [A-Z]\w{1,40}\(/y

/**
 * Whether a program's expression begins at `at`, whose value is not written here: `auth[1]`, `read(file)`,
 * `Token{a64f992 ...}`.
 */
export function isExpression(text: string, at: number): boolean {
  return testAt(EXPRESSION, text, at)
}

/** Whether a value is a place for one: a word of prose or of a type, a variable, a template, asterisks. */
export function isPlaceholder(value: string): boolean {
  const bare = value.replace(/^[([{<]+|[)\]}>.,;:!?]+$/g, '').toLowerCase()
  if (bare === '' || NOT_YET.has(bare)) return true
  return (
    /^(?:\$\{?[\w.]+\}?|\$\(|\$\{\{|\{\{|<[\w .-]+>$|%[\w]+%$|%[sdv]$|[*•.#_-]+$|x{3,}$|process\.env|os\.environ|env\.|ENV\[|@[\w]+@$|\{\w*\}$)/i.test(
      value,
    ) || /^[*•]{2,}[\w]{0,4}$/.test(value)
  )
}
