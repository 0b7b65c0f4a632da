import type { Bytes } from '../types.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const DIGITS = digits()

function digits(): Int8Array {
  const of = new Int8Array(256).fill(-1)
  for (let at = 0; at < 64; at++) of[ALPHABET.charCodeAt(at)] = at
  of[0x2d] = 62 // base64url (RFC 4648, section 5)
  of[0x5f] = 63
  return of
}

/** RFC 4648, sections 4 and 5, line ends and padding passed over; undefined where another character is. */
export function decodeBase64(text: Bytes): Bytes | undefined {
  const bytes: string[] = []
  let held = 0
  let bits = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x3d || code === 0x0d || code === 0x0a) continue
    const digit = DIGITS[code & 0xff] as number
    if (digit < 0) return undefined
    held = ((held << 6) | digit) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes.push(String.fromCharCode((held >> bits) & 0xff))
    }
  }
  return bytes.join('')
}

const SHORTEST = 8
const PRINTABLE = 0.95

/**
 * What a value holds that is base64 as a whole, though no schema says so: only where it decodes to text with something in it
 * that is no word. Words, identifiers and keys decode to bytes that are no text. In a query and in a form its `+` are blanks
 * by now.
 */
export function decodeLikelyBase64(text: Bytes): Bytes | undefined {
  if (text.length < SHORTEST) return undefined
  const beginning = decodeBase64(text.slice(0, SHORTEST).replaceAll(' ', '+'))
  if (beginning === undefined || !isText(beginning)) return undefined
  const inside = decodeBase64(text.replaceAll(' ', '+'))
  if (inside === undefined || !/[^\w.-]/.test(inside)) return undefined
  const printable = countText(inside)
  return printable >= PRINTABLE * inside.length ? inside : undefined
}

function isText(bytes: Bytes): boolean {
  return countText(bytes) === bytes.length
}

/** How many bytes are of text; a single NUL in it is, which hides a name from who looks for it. */
function countText(bytes: Bytes): number {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes.charCodeAt(at)
    if ((code >= 0x20 && code < 0x7f) || (code >= 0x09 && code <= 0x0d) || (code === 0 && bytes.charCodeAt(at - 1) > 0))
      count++
  }
  return count
}
