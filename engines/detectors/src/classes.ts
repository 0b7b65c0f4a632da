import type { Bytes } from './types.ts'

/** One bit for each kind of byte. A detector names the kinds without which there is nothing to find. */
export const CLASS = {
  letter: 0x1,
  digit: 0x2,
  /** Space, tab. */
  blank: 0x4,
  /** CR, LF. */
  lineEnd: 0x8,
  /** All other bytes below 0x20, and DEL. */
  control: 0x10,
  /** Bytes from 0x80 on. */
  high: 0x20,
  singleQuote: 0x40,
  doubleQuote: 0x80,
  backtick: 0x100,
  backslash: 0x200,
  /** `(` and `)`. */
  paren: 0x400,
  /** `{`, `}`. */
  brace: 0x800,
  /** `[`, `]`. */
  bracket: 0x1000,
  /** `<`, `>`. */
  angle: 0x2000,
  slash: 0x4000,
  percent: 0x8000,
  plus: 0x10000,
  minus: 0x20000,
  /** `*`, `^`, `~`. */
  operator: 0x40000,
  /** `=`. */
  equals: 0x80000,
  ampersand: 0x100000,
  pipe: 0x200000,
  semicolon: 0x400000,
  colon: 0x800000,
  hash: 0x1000000,
  dollar: 0x2000000,
  at: 0x4000000,
  exclamation: 0x8000000,
  dot: 0x10000000,
  underscore: 0x20000000,
  /** `,` and `?`. */
  comma: 0x40000000,
} as const

const TABLE = table()

function table(): Int32Array {
  const of = new Int32Array(256).fill(CLASS.control)
  const set = (bytes: string, bit: number) => {
    for (const byte of bytes) of[byte.charCodeAt(0)] = bit
  }
  for (let byte = 0x80; byte < 0x100; byte++) of[byte] = CLASS.high
  set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', CLASS.letter)
  set('0123456789', CLASS.digit)
  set(' \t', CLASS.blank)
  set('\r\n', CLASS.lineEnd)
  set("'", CLASS.singleQuote)
  set('"', CLASS.doubleQuote)
  set('`', CLASS.backtick)
  set('\\', CLASS.backslash)
  set('()', CLASS.paren)
  set('{}', CLASS.brace)
  set('[]', CLASS.bracket)
  set('<>', CLASS.angle)
  set('/', CLASS.slash)
  set('%', CLASS.percent)
  set('+', CLASS.plus)
  set('-', CLASS.minus)
  set('*^~', CLASS.operator)
  set('=', CLASS.equals)
  set('&', CLASS.ampersand)
  set('|', CLASS.pipe)
  set(';', CLASS.semicolon)
  set(':', CLASS.colon)
  set('#', CLASS.hash)
  set('$', CLASS.dollar)
  set('@', CLASS.at)
  set('!', CLASS.exclamation)
  set('.', CLASS.dot)
  set('_', CLASS.underscore)
  set(',?', CLASS.comma)
  return of
}

/** Which kinds of bytes occur: one pass. A character above 0xff is none of ours: see `bytesOf`. */
export function classesOf(value: Bytes): number {
  let classes = 0
  for (let at = 0; at < value.length; at++) classes |= TABLE[value.charCodeAt(at) & 0xff] as number
  return classes
}

/** The UTF-8 bytes of a text, one character each. ASCII is returned as it is. */
export function bytesOf(text: string): Bytes {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f) return encoded(text, at)
  }
  return text
}

function encoded(text: string, from: number): Bytes {
  const parts = [text.slice(0, from)]
  for (const character of text.slice(from)) {
    const point = character.codePointAt(0) as number
    if (point < 0x80) parts.push(character)
    else parts.push(utf8(point))
  }
  return parts.join('')
}

/** RFC 3629, section 3. A lone surrogate becomes the three bytes that its number gives. */
export function utf8(point: number): Bytes {
  if (point < 0x80) return String.fromCharCode(point)
  if (point < 0x800) return String.fromCharCode(0xc0 | (point >> 6), 0x80 | (point & 0x3f))
  if (point < 0x10000)
    return String.fromCharCode(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f))
  return String.fromCharCode(
    0xf0 | ((point >> 18) & 7),
    0x80 | ((point >> 12) & 0x3f),
    0x80 | ((point >> 6) & 0x3f),
    0x80 | (point & 0x3f),
  )
}
