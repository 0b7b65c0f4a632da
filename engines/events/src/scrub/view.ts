/** A text as it reads when one layer of encoding is taken off. */
export interface View {
  readonly text: string
  /**
   * For each UTF-16 unit of `text`, and for its end, the offset in the text that it was made of; null when they are
   * the same.
   */
  readonly origin: Uint32Array | null
}

const PERCENT = 37
const BACKSLASH = 92
const AMPERSAND = 38

/**
 * Takes one layer off: percent-encoding (RFC 3986, 2.1), `\u0041` and `\x41` escapes, `&#65;` references, full-width
 * forms, the digits, spaces, dashes and quotation marks of other scripts, and characters of no width. Null when there
 * is nothing to take off.
 */
export function decodeOnce(view: View): View | null {
  const { text } = view
  if (!/[%\\&\u0080-\uFFFF]/.test(text)) return null
  const units: string[] = []
  const origin = new Uint32Array(text.length + 1)
  let changed = false
  let length = 0
  let plainFrom = 0
  const put = (unit: string, from: number) => {
    units.push(unit)
    for (let each = 0; each < unit.length; each += 1) origin[length++] = view.origin?.[from] ?? from
  }
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    const decoded = code >= 128 ? foreign(code) : escaped(text, at, code)
    if (decoded === null) {
      origin[length++] = view.origin?.[at] ?? at
      at += 1
      continue
    }
    units.push(text.slice(plainFrom, at))
    put(decoded.text, at)
    at += decoded.taken
    plainFrom = at
    changed = true
  }
  if (!changed) return null
  units.push(text.slice(plainFrom))
  origin[length] = view.origin?.[text.length] ?? text.length
  return { text: units.join(''), origin }
}

interface Decoded {
  readonly text: string
  readonly taken: number
}

function escaped(text: string, at: number, code: number): Decoded | null {
  if (code === PERCENT) return percent(text, at)
  if (code === BACKSLASH) {
    const kind = text[at + 1]
    if (kind === 'u') return numbered(text, at, 2, 4)
    if (kind === 'x') return numbered(text, at, 2, 2)
    return null
  }
  return code === AMPERSAND ? reference(text, at) : null
}

function numbered(text: string, at: number, skip: number, digits: number): Decoded | null {
  const value = hex(text, at + skip, digits)
  return value < 0 ? null : { text: String.fromCharCode(value), taken: skip + digits }
}

/** One percent-encoded character of UTF-8, or one byte where it is no UTF-8. */
function percent(text: string, at: number): Decoded | null {
  const first = hex(text, at + 1, 2)
  if (first < 0) return null
  const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0
  let point = more === 0 ? first : first & (0x3f >> more)
  for (let each = 1; each <= more; each += 1) {
    const next = text.charCodeAt(at + each * 3) === PERCENT ? hex(text, at + each * 3 + 1, 2) : -1
    if (next < 0x80 || next > 0xbf) return { text: String.fromCharCode(first), taken: 3 }
    point = (point << 6) | (next & 0x3f)
  }
  if (point > 0x10ffff) return { text: String.fromCharCode(first), taken: 3 }
  return { text: String.fromCodePoint(point), taken: 3 + more * 3 }
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['quot', '"'],
  ['apos', "'"],
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['nbsp', ' '],
  ['equals', '='],
])

function reference(text: string, at: number): Decoded | null {
  const end = text.slice(at, at + 10).indexOf(';')
  if (end < 3) return null
  const name = text.slice(at + 1, at + end)
  if (!name.startsWith('#')) {
    const named = NAMED.get(name)
    return named === undefined ? null : { text: named, taken: end + 1 }
  }
  const isHex = name[1] === 'x' || name[1] === 'X'
  const digits = name.slice(isHex ? 2 : 1)
  if (!(isHex ? /^[0-9a-f]{1,6}$/i : /^[0-9]{1,7}$/).test(digits)) return null
  const point = Number.parseInt(digits, isHex ? 16 : 10)
  return point > 0x10ffff ? null : { text: String.fromCodePoint(point), taken: end + 1 }
}

function hex(text: string, at: number, digits: number): number {
  let value = 0
  for (let each = 0; each < digits; each += 1) {
    const code = text.charCodeAt(at + each) | 0x20
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1
    if (digit < 0 || at + each >= text.length || (digit < 10 && text.charCodeAt(at + each) < 48)) return -1
    value = value * 16 + digit
  }
  return value
}

/** The first code point of each run of ten decimal digits that people write with. */
const ZEROES = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20]

function foreign(code: number): Decoded | null {
  const text = plainOf(code)
  return text === null ? null : { text, taken: 1 }
}

function plainOf(code: number): string | null {
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0)
  if (code === 0xa0 || code === 0x3000 || (code >= 0x2000 && code <= 0x200a) || code === 0x202f || code === 0x205f)
    return ' '
  if (code === 0xad || (code >= 0x200b && code <= 0x200f) || (code >= 0x2060 && code <= 0x2064) || code === 0xfeff)
    return ''
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212 || code === 0xfe63) return '-'
  if ((code >= 0x201c && code <= 0x201f) || code === 0xab || code === 0xbb) return '"'
  if (code >= 0x2018 && code <= 0x201b) return "'"
  if (code === 0xb7 || code === 0x2022 || code === 0x2024) return '.'
  const zero = ZEROES.find((each) => code >= each && code < each + 10)
  return zero === undefined ? null : String(code - zero)
}
