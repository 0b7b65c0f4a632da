import { hexByte, narrow, utf8 } from './bytes.ts'

const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** JavaScript: `\uHHHH`, `\xHH`, octal, letters; before another character the backslash goes. */
export function jsDecode(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3][0-7]{0,2}|[4-7][0-7]?)|([^]))/g,
    (_: string, unit?: string, byte?: string, octal?: string, other = '') => {
      if (unit !== undefined) return narrow(Number.parseInt(unit, 16))
      if (byte !== undefined) return String.fromCharCode(hexByte(byte, 0))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
      return LETTERS[other] ?? other
    },
  )
}

/** ANSI C: `\xHH`, up to three octal digits, letters, `\\ \? \' \"`; before another character the backslash goes, unless it is an `x`. */
export function escapeSeqDecode(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(
    /\\(?:[xX]([0-9a-fA-F]{2})|([0-7]{1,3})|([xX])|([^]))/g,
    (whole: string, byte?: string, octal?: string, x?: string, other = '') => {
      if (byte !== undefined) return String.fromCharCode(hexByte(byte, 0))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      return x === undefined ? (LETTERS[other] ?? other) : whole
    },
  )
}

/**
 * CSS Syntax Module Level 3, 4.3.7: up to six digits are a code point, one blank behind them goes; an escaped line end
 * is nothing. Full-width forms become the ASCII that they look like.
 */
export function cssDecode(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(
    /\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f\v])?|\r\n|[\r\n\f]|([^])|$)/g,
    (_: string, digits?: string, other = '') => {
      if (digits === undefined) return other
      const point = Number.parseInt(digits, 16)
      if (point >= 0xff01 && point <= 0xff5e) return String.fromCharCode(point - 0xfee0)
      return utf8(point === 0 ? 0xfffd : point)
    },
  )
}
