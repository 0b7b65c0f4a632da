import { utf8 } from '../classes.ts'
import type { Bytes } from '../types.ts'

const FEW = 4
const DENSE = 10

/**
 * Percent-encoding (RFC 3986, section 2.1), and `%uXXXX` as IIS and older JavaScript write it. What is not of either form stays,
 * as lenient decoders leave it.
 */
export function decodePercent(text: Bytes): Bytes {
  if (!text.includes('%')) return text
  return text.replace(/%(?:([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/g, (_, byte: string | undefined, unit: string) =>
    byte === undefined ? utf8(Number.parseInt(unit, 16)) : String.fromCharCode(Number.parseInt(byte, 16)),
  )
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
