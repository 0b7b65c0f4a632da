import { utf8 } from '../classes.ts'
import type { Bytes } from '../types.ts'

const FEW = 4
const DENSE = 10

/**
 * Percent-encoding (RFC 3986, section 2.1), and `%uXXXX` as IIS and older JavaScript write it. What is not of either form stays,
 * as lenient decoders leave it.
 */
export function decodePercent(text: Bytes): Bytes {
  let decoded = ''
  let from = 0
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
    const unit = text.charCodeAt(at + 1) === 0x75
    const value = unit ? hexOf(text, at + 2, 4) : hexOf(text, at + 1, 2)
    if (value < 0) continue
    decoded += text.slice(from, at) + (unit ? utf8(value) : String.fromCharCode(value))
    from = at + (unit ? 6 : 3)
    at = from - 1
  }
  return from === 0 ? text : decoded + text.slice(from)
}

/** @returns -1 where it is none */
function hexOf(text: Bytes, from: number, digits: number): number {
  let value = 0
  for (let at = from; at < from + digits; at++) {
    const code = text.charCodeAt(at)
    const digit = code >= 0x30 && code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57
    // NaN behind the end is neither.
    if (!(digit >= 0 && digit < 16) || (code > 0x39 && digit < 10)) return -1
    value = value * 16 + digit
  }
  return value
}

/** Classic ASP drops a `%` that begins no escape. Where just a few are, they are per cent, or operators of R. */
export function dropPercent(text: Bytes): Bytes {
  const dropped = text.replace(/%(?![0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})/g, '')
  const count = text.length - dropped.length
  return count > FEW && count * DENSE > text.length ? dropped : text
}

/** `application/x-www-form-urlencoded` (WHATWG URL, section 5.1). */
export function decodePlus(text: Bytes): Bytes {
  return text.replaceAll('+', ' ')
}
