import { type Cursor, peek, refuse, take, takeMatch } from './cursor.ts'

const controls: Readonly<Record<string, number>> = { a: 7, e: 0x1b, f: 12, n: 10, r: 13, t: 9 }

/**
 * An escape that stands for one byte, the cursor behind its backslash (pcre2pattern(3), "Non-printing characters").
 * @param groups how many groups were opened before: `\11` is a backreference where there are eleven, else octal
 * @returns undefined when the escape is something else; the cursor has not moved then
 */
export function takeEscapedByte(cursor: Cursor, inClass: boolean, groups: number): number | undefined {
  const at = cursor.at - 1
  const letter = peek(cursor)
  if (letter === '') return refuse('syntax', at, 'a backslash at the end')
  const control = controls[letter]
  if (control !== undefined) {
    cursor.at++
    return control
  }
  if (/\d/.test(letter)) return numbered(cursor, at, inClass, groups)
  if (letter === 'x') return hexadecimal(cursor, at)
  if (letter === 'o') {
    const found = takeMatch(cursor, /o\{([0-7]{1,11})\}/y)
    return found === undefined ? refuse('syntax', at, '\\o without {octal digits}') : byteOf(found[1], 8, at)
  }
  if (letter === 'c') {
    const code = cursor.source.charCodeAt(cursor.at + 1)
    if (!(code >= 0x20 && code <= 0x7e)) return refuse('syntax', at, '\\c without a printable character')
    cursor.at += 2
    return peek(cursor, -1).toUpperCase().charCodeAt(0) ^ 0x40
  }
  if (/[A-Za-z]/.test(letter)) return undefined
  const code = letter.charCodeAt(0)
  if (code > 255) return refuse('unsupported', at, 'a character beyond latin1: write its bytes')
  cursor.at++
  return code
}

function hexadecimal(cursor: Cursor, at: number): number {
  if (take(cursor, 'x{')) {
    const found = takeMatch(cursor, /([0-9A-Fa-f]{1,8})\}/y)
    return found === undefined
      ? refuse('syntax', at, '\\x{ without hexadecimal digits and }')
      : byteOf(found[1], 16, at)
  }
  return Number.parseInt(takeMatch(cursor, /x([0-9A-Fa-f]{0,2})/y)?.[1] || '0', 16)
}

function numbered(cursor: Cursor, at: number, inClass: boolean, groups: number): number {
  const decimal = takeMatch(cursor, /\d+/y)?.[0] ?? ''
  const refers = !inClass && !decimal.startsWith('0') && (Number(decimal) < 10 || Number(decimal) <= groups)
  if (refers || /^[89]/.test(decimal)) return refuse('backreference', at, `\\${decimal} refers to a group`)
  cursor.at = at + 1
  return byteOf(takeMatch(cursor, /[0-7]{1,3}/y)?.[0], 8, at)
}

function byteOf(digits = '', radix: number, at: number): number {
  const code = Number.parseInt(digits, radix)
  return code > 255 ? refuse('unsupported', at, 'a code point beyond a byte: write its bytes') : code
}
