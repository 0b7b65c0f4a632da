import { latin1 } from './bytes.ts'
import { type Coding, decodedBeginning } from './encoding.ts'

/** So many first bytes tell what a body is that is declared as binary. */
export const FIRST = 1024

/** RFC 8259 as far as it goes; within its strings may stand any bytes: some parsers take those, too. */
const JSON_START = /^[ \t\r\n]*[{[](?:[\s{}[\],:0-9.eE+\-truefalsn]|"(?:[^"\\]|\\[^])*(?:"|\\?$))*$/
export const FORM_START: RegExp = /^[ \t\r\n]*[A-Za-z_][\w.%[\]+-]{0,63}=/
const XML_START = /^[ \t\r\n]*<\?xml\s/
/** Texts whose bytes nobody takes for JSON, XML or a form. */
const DOCUMENT = /^(?:%PDF-\d|\{\\rtf)/
// oxlint-disable-next-line no-control-regex -- that is what tells
const CONTROL = /[\0-\x08\x0b\x0e-\x1f]/
const PRINTABLE = /[\t\r\n\x20-\x7e]/g

/**
 * Whether somebody who does not believe the declaration may read JSON, XML, a form or another text out of this.
 * @param bytes the beginning of the body, as far as it came; more than `FIRST` are not looked at
 * @param whole nothing comes after it. What is no text before it is none with more behind it, however the client cuts it
 */
export function looksLikeText(bytes: Uint8Array, whole = false): boolean {
  const first = bytes.subarray(0, FIRST)
  if (first.length < 4) return true
  if (isWide(first)) return true
  const marked = first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf
  const text = latin1(marked ? first.subarray(3) : first)
  if (DOCUMENT.test(text)) return false
  if (!CONTROL.test(text) && decoded('utf-8', first) !== null) return true
  if (JSON_START.test(text) || XML_START.test(text)) return true
  if (!FORM_START.test(text)) return false
  // Bytes that stand there by chance are not so legible.
  const decided = whole || bytes.length >= FIRST
  return !decided || (text.match(PRINTABLE)?.length ?? 0) >= text.length * 0.75
}

/** Whether somebody who decodes it may read a text. What nobody can decode is what it is. */
export function mayHideText(bytes: Uint8Array, codings: readonly Coding[]): boolean {
  if (codings.length === 0) return false
  const beginning = decodedBeginning(bytes.subarray(0, FIRST), codings)
  return typeof beginning === 'string' ? beginning === 'unknown' : looksLikeText(beginning, true)
}

/** UTF-16 or UTF-32, with a byte order mark or recognised as RFC 4627, section 3 does it: parsers of JSON and XML look for that. */
export function isWide(bytes: Uint8Array): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  if (bytes.length < 4) return false
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) return true
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return isWideText(bytes.subarray(2), a === 0xff)
  if (a === 0 && b === 0 && c === 0) return isStart(d) && isUtf32(bytes, 0)
  if (b === 0 && c === 0 && d === 0) return isStart(a) && isUtf32(bytes, 3)
  if (a === 0 && b !== 0 && c === 0) return isStart(b) && isWideText(bytes, false)
  return b === 0 && d === 0 && isStart(a) && isWideText(bytes, true)
}

/** Of JSON or XML, with blanks before it. */
const isStart = (byte: number): boolean => ' \t\r\n{["<'.includes(String.fromCharCode(byte))

/** No letter is beyond U+10FFFF. @param high where the highest byte of each stands */
function isUtf32(bytes: Uint8Array, high: number): boolean {
  const length = Math.min(bytes.length, FIRST)
  for (let at = 0; at + 3 < length; at += 4) {
    if (bytes[at + high] !== 0 || (bytes[at + (high === 0 ? 1 : 2)] ?? 0) > 0x10) return false
  }
  return true
}

function isWideText(bytes: Uint8Array, little: boolean): boolean {
  const text = decoded(little ? 'utf-16le' : 'utf-16be', bytes.subarray(0, FIRST))
  return text !== null && !CONTROL.test(text)
}

/** @returns null where it cannot be; what is cut off at the end is no fault */
function decoded(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
  } catch {
    return null
  }
}
