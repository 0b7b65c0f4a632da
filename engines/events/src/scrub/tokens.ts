import { type Kind, marker } from './marker.ts'
import { looksRandom } from './random.ts'
import { TOKEN_FORMS, TOKEN_TABLE } from './shapes-table.ts'
import type { Span } from './spans.ts'

interface Shape {
  readonly kind: Kind
  readonly prefix: string
  /** prefix and body; in any case of letters where the prefix is long enough to say something */
  readonly form: RegExp
}

const CLASSES: Readonly<Record<string, string>> = {
  a: 'A-Za-z0-9',
  h: '0-9a-fA-F',
  w: '\\w-',
  d: '\\w.-',
  b: '\\w+/=-',
  x: '\\w.+/=-',
}

/** Examples are written with one character over and over. */
const FEWEST_DIFFERENT = 5

/** By the first two characters; of those the longest prefix first. */
const SHAPES = byFirstTwo()

function byFirstTwo(): ReadonlyMap<number, readonly Shape[]> {
  const shapes = TOKEN_TABLE.flatMap(([kind, prefixes, body, least]) => {
    return prefixes.split(' ').map((prefix): Shape => {
      // Bounded, so that a prefix that repeats itself in a long run costs no more than its bound each time.
      const source = `${prefix.replace(/[^\w]/g, '\\$&')}[${CLASSES[body] ?? ''}]{${least},1024}`
      return { kind, prefix, form: new RegExp(source, prefix.length >= 4 && /[_.-]/.test(prefix) ? 'iy' : 'y') }
    })
  })
  const sorted = shapes.toSorted((a, b) => b.prefix.length - a.prefix.length)
  return Map.groupBy(sorted, ({ prefix }) => startOf(prefix, 0))
}

/** Two characters as a number, the same for both cases of letters. */
function startOf(text: string, at: number): number {
  return ((text.charCodeAt(at) | 32) << 8) | (text.charCodeAt(at + 1) | 32)
}

/** Finds tokens that announce themselves, where a word begins. */
export function findTokens(text: string, found: (span: Span) => void): void {
  for (let at = 0; at < text.length - 12; at += 1) {
    if (!isWordCharacter(text.charCodeAt(at)) || !beginsWord(text, at)) continue
    const end = tokenAt(text, at, found)
    if (end > at) at = end - 1
  }
  findPrefixed(text, found)
  for (const [kind, needle, form] of TOKEN_FORMS) {
    if (!text.includes(needle)) continue
    for (const match of text.matchAll(form)) {
      if (kind === 'service' && needle === '.' && !looksRandom(match[0], 30)) continue
      found({ start: match.index, end: match.index + match[0].length, marker: marker(kind) })
    }
  }
}

const PREFIXED =
  /(?:(?<![A-Za-z0-9_-])|(?<=\[[0-9;]{1,8}m))(?:[A-Za-z][a-z]{1,11}|[A-Z]{2,12})[0-9]{0,2}(?:[_-](?:[a-z]{1,8}|[A-Z]{1,8}|[a-z]{0,4}[0-9]{1,4})){0,2}_([A-Za-z0-9]{30,255})(?![A-Za-z0-9])/g

/**
 * A short word, an underscore and a long random rest in both cases with digits: how most services shape the tokens
 * that are in no list. What stands before the underscore must be a word, or one base64url text in twenty (the public
 * half of a key, the id of one) would be taken for a token.
 */
function findPrefixed(text: string, found: (span: Span) => void): void {
  for (const match of text.matchAll(PREFIXED)) {
    const body = match[1] ?? ''
    if (!/[A-Z]/.test(body) || !/[a-z]/.test(body) || !looksRandom(body, 30)) continue
    found({ start: match.index, end: match.index + match[0].length, marker: marker('service') })
  }
}

function tokenAt(text: string, at: number, found: (span: Span) => void): number {
  for (const { kind, prefix, form } of SHAPES.get(startOf(text, at)) ?? []) {
    form.lastIndex = at
    if (!form.test(text)) continue
    const body = text.slice(at + prefix.length, Math.min(form.lastIndex, at + prefix.length + 64))
    const mustLookRandom = prefix.length < 4 || (prefix.length < 6 && (kind === 'service' || kind === 'ai'))
    if (mustLookRandom ? !looksRandom(body, 8) : new Set(body).size < FEWEST_DIFFERENT) continue
    const end = restOfRun(text, form.lastIndex)
    found({ start: at, end, marker: marker(kind) })
    return end
  }
  return at
}

/**
 * A token ends with its run of letters and digits, also where the form is shorter: what would stay behind is a part
 * of it.
 */
function restOfRun(text: string, end: number): number {
  let last = end
  while (isWordCharacter(text.charCodeAt(last))) last += 1
  return last
}

function beginsWord(text: string, at: number): boolean {
  if (at === 0) return true
  const before = text.charCodeAt(at - 1)
  if (!isWordCharacter(before)) return true
  // An escape of a string literal (`\nghp_...`), or the end of a terminal's colour (`[93mghp_...`).
  return (
    (text[at - 2] === '\\' && /[nrt]/.test(text[at - 1] ?? '')) ||
    (before === 109 && /\[[0-9;]{1,8}m$/.test(text.slice(Math.max(0, at - 10), at)))
  )
}

function isWordCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}
