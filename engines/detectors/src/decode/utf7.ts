import { utf8 } from '../classes.ts'
import type { Bytes } from '../types.ts'
import { decodeBase64 } from './base64.ts'

/** UTF-7 (RFC 2152): `+`, UTF-16 in base64 and `-`. Only runs of ASCII are taken for it; sums and telephone numbers have none. */
export function decodeUtf7(text: Bytes): Bytes {
  if (!text.includes('+A')) return text
  return text.replace(/\+(A[A-H][A-Za-z0-9+/]{1,2000})-?/g, (whole, run: string) => {
    const units = decodeBase64(run) ?? ''
    // oxlint-disable-next-line no-control-regex -- UTF-16 of ASCII is every other byte NUL
    const points = units.match(/\0[\x01-\x7f]/g)
    if (points === null || points.length !== units.length >> 1) return whole
    return points.map((unit) => utf8(unit.charCodeAt(1))).join('')
  })
}
