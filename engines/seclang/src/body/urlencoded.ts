import { brokenUrlEncoding } from '../operate/encodings.ts'
import { urlDecode } from '../transform/url.ts'

export interface Pair {
  readonly name: string
  readonly value: string
}

/** `a=1&b`: WHATWG URL, 5.1. Parts without a name and value are passed over; what is no escape stays. */
export function readPairs(
  text: string,
  separator: string,
  most: number,
): { pairs: Pair[]; tooMany: boolean; broken: boolean } {
  const pairs: Pair[] = []
  let at = 0
  while (at < text.length) {
    const found = text.indexOf(separator, at)
    const end = found < 0 ? text.length : found
    if (end > at) {
      if (pairs.length === most) return { pairs, tooMany: true, broken: true }
      const part = text.slice(at, end)
      const equals = part.indexOf('=')
      pairs.push({
        name: urlDecode(equals < 0 ? part : part.slice(0, equals)),
        value: equals < 0 ? '' : urlDecode(part.slice(equals + 1)),
      })
    }
    at = end + 1
  }
  return { pairs, tooMany: false, broken: brokenUrlEncoding(text) }
}
