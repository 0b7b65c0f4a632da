import { hexByte } from '../transform/bytes.ts'

/** `32-126,9`: the bytes that a value may hold. Undefined where it cannot be read. */
export function byteRanges(text: string): Uint8Array | undefined {
  const allowed = new Uint8Array(256)
  for (const part of text.split(',')) {
    const found = /^\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?$/.exec(part)
    const first = Number(found?.[1] ?? -1)
    const last = Number(found?.[2] ?? first)
    if (found === null || last > 255 || first > last) return undefined
    allowed.fill(1, first, last + 1)
  }
  return allowed
}

/** True where a byte is not among the allowed ones. */
export function outside(value: string, allowed: Uint8Array): boolean {
  for (let at = 0; at < value.length; at++) if (allowed[value.charCodeAt(at)] === 0) return true
  return false
}

/** True where a `%` is not followed by two hexadecimal digits. */
export function brokenUrlEncoding(value: string): boolean {
  for (let at = value.indexOf('%'); at >= 0; at = value.indexOf('%', at + 1))
    if (hexByte(value, at + 1) < 0) return true
  return false
}

/** True where bytes are not well-formed UTF-8: overlong forms, surrogates, beyond U+10FFFF, cut sequences (Unicode, table 3-7). */
export function brokenUtf8(value: string): boolean {
  if (!/[\x80-\xff]/.test(value)) return false
  const sequences =
    /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}/y
  for (const [run] of value.matchAll(/[\x80-\xff]+/g)) {
    for (let at = 0; at < run.length; at = sequences.lastIndex) {
      sequences.lastIndex = at
      if (!sequences.test(run)) return true
    }
  }
  return false
}
