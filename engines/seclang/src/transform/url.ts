import { bestFit } from './best-fit.ts'
import { hexByte } from './bytes.ts'

/** `+` is a space, `%HH` a byte; what is no escape stays. */
export function urlDecode(text: string): string {
  return percentDecode(text.replaceAll('+', ' '))
}

/** RFC 3986, section 2.1: `%HH` is a byte; what is no escape stays. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text
  return text.replaceAll(/%[0-9a-fA-F]{2}/g, (escape) => String.fromCharCode(hexByte(escape, 1)))
}

/** As urlDecode, and `%uHHHH` (IIS) is one byte. */
export function urlDecodeUni(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  if (!spaced.includes('%')) return spaced
  return spaced.replaceAll(/%[uU][0-9a-fA-F]{4}|%[0-9a-fA-F]{2}/g, (escape) =>
    escape.length === 3 ? String.fromCharCode(hexByte(escape, 1)) : bestFit(Number.parseInt(escape.slice(2), 16)),
  )
}

/** All but letters, digits and `*` become `%hh`, a space `+`. */
export function urlEncode(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z*]/g, (character) =>
    character === ' ' ? '+' : `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

/** UTF-8 sequences of two bytes and more become `%uhhhh` (five or six digits beyond U+FFFF); other bytes stay. */
export function utf8toUnicode(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text
  const sequence = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g
  return text.replaceAll(sequence, (bytes) => {
    let point = bytes.charCodeAt(0) & (0xff >> (bytes.length + 1))
    for (let at = 1; at < bytes.length; at++) point = (point << 6) | (bytes.charCodeAt(at) & 63)
    return `%u${point.toString(16).padStart(4, '0')}`
  })
}
