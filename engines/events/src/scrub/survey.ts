/** What a text has that one of the finders looks for, as bits; most texts have nothing, and are not looked at again. */
export const HAS = {
  /** at least 12 digits with nothing but separators between them */
  digits: 1,
  /** at least 14 characters of a token in one run */
  run: 2,
  /** something that stands between a name and its value: `=`, `:`, `>`, `|`, `,` */
  operator: 4,
  /** a space, so that there are words */
  words: 8,
  /** escapes, references, or characters beyond ASCII */
  encoded: 16,
  /** what PostgreSQL or JSON cannot hold, or might not: U+0000, surrogates */
  unstorable: 32,
  /** a dash after a space or at the beginning, as options of a command have */
  option: 64,
} as const

const DIGIT = 1
const TOKEN = 2
const SEPARATOR = 4
const OPERATOR = 8
const SPACE = 16
const ENCODED = 32
const DASH = 64

const CLASSES = classes()

function classes(): Uint8Array {
  const table = new Uint8Array(128)
  const mark = (characters: string, flag: number) => {
    for (const each of characters) table[each.charCodeAt(0)] = (table[each.charCodeAt(0)] ?? 0) | flag
  }
  mark('0123456789', DIGIT | TOKEN)
  mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', TOKEN)
  mark('_-+=~', TOKEN)
  mark(' \t-._+/', SEPARATOR)
  mark('=:>|,', OPERATOR)
  mark(' \t\n', SPACE)
  mark('%\\&', ENCODED)
  mark('-', DASH)
  return table
}

/** One pass over a text. */
export function survey(text: string): number {
  let digits = 0
  let gap = 0
  let run = 0
  let all = 0
  let before = SPACE
  let seen = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= 128 || code === 0) {
      seen |= code === 0 || (code >= 0xd800 && code <= 0xdfff) ? HAS.unstorable | HAS.encoded : HAS.encoded
      run = 0
      digits = 0
      before = 0
      continue
    }
    const flags = CLASSES[code] ?? 0
    all |= flags
    if ((flags & TOKEN) !== 0) {
      run += 1
      if (run === 14) seen |= HAS.run
    } else run = 0
    if ((flags & DIGIT) !== 0) {
      digits += 1
      gap = 0
      if (digits === 12) seen |= HAS.digits
    } else if (digits > 0) {
      gap += 1
      if ((flags & SEPARATOR) === 0 || gap > 3) digits = 0
    }
    if ((flags & DASH) !== 0 && (before & SPACE) !== 0) seen |= HAS.option
    before = flags
  }
  if ((all & OPERATOR) !== 0) seen |= HAS.operator
  if ((all & SPACE) !== 0) seen |= HAS.words
  if ((all & ENCODED) !== 0) seen |= HAS.encoded
  return seen
}
