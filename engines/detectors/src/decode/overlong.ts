import type { Bytes } from '../types.ts'

/**
 * Overlong UTF-8 for ASCII, which lenient decoders accept (RFC 3629, section 10): C0 A7, E0 80 A7, F0 80 80 A7 for 27. Bytes of
 * C0 and C1 occur nowhere in UTF-8, so text in any language stays as it is.
 */
export function decodeOverlong(text: Bytes): Bytes {
  return text.replace(/[\xc0\xc1][\x80-\xbf]|\xe0[\x80\x81][\x80-\xbf]|\xf0\x80[\x80\x81][\x80-\xbf]/g, (sequence) => {
    const before = sequence.charCodeAt(sequence.length - 2)
    const last = sequence.charCodeAt(sequence.length - 1) & 0x3f
    return String.fromCharCode(((before & 1) << 6) | last)
  })
}
