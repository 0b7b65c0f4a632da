import { bytesOf } from '../../classes.ts'
import type { Choices } from './choices.ts'

const hex = (byte: string): string => byte.charCodeAt(0).toString(16).padStart(2, '0')

/** RFC 3986, 2.1: each byte, or those that are no letters and digits. */
const percent = (text: string): string => text.replace(/[^A-Za-z0-9_.~-]/g, (byte) => `%${hex(byte)}`)
const percentAll = (text: string): string => text.replace(/[^]/g, (byte) => `%${hex(byte).toUpperCase()}`)
const escapes = (text: string): string => text.replace(/[^A-Za-z0-9]/g, (byte) => `\\u00${hex(byte)}`)
const short = (text: string): string => text.replace(/[^A-Za-z0-9]/g, (byte) => `\\x${hex(byte)}`)
const references = (text: string): string => text.replace(/[^A-Za-z0-9\s]/g, (byte) => `&#${byte.charCodeAt(0)};`)
const hexReferences = (text: string): string => text.replace(/[^A-Za-z0-9\s]/g, (byte) => `&#x${hex(byte)};`)
/** Names alone, and what is shorter than eight bytes, are no text to who looks for base64 without being told. */
const base64 = (text: string): string => (text.length < 8 || /^[\w.-]*$/.test(text) ? text : btoa(text))
const overlong = (text: string): string =>
  text.replace(/['"<>/.\\;|&]/g, (byte) => {
    const code = byte.charCodeAt(0)
    return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 0x3f))
  })
/** U+FF01 to U+FF5E, which NFKC folds. */
const wide = (text: string): string =>
  text.replace(/['"<>()=;]/g, (mark) => bytesOf(String.fromCharCode(mark.charCodeAt(0) + 0xfee0)))

const ENCODINGS = [
  (text: string): string => text,
  percent,
  percentAll,
  (text: string): string => percent(percent(text)),
  escapes,
  short,
  references,
  hexReferences,
  base64,
  overlong,
  wide,
] as const

/** The attack as it came, or in one of the encodings that a backend may decode. What is coded itself is not coded twice. */
export function encoded(c: Choices, text: string): string {
  const bytes = bytesOf(text)
  if (/[%&\\\x80-\xff]/.test(bytes)) return c.chance(2) ? bytes : percent(bytes)
  return c.one(ENCODINGS)(bytes)
}
