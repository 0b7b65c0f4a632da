import type { Bytes } from '@holdfast/detectors'

const BEYOND_ASCII = /[^\0-\x7f]/
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of UTF-8 bytes (RFC 3629: nothing overlong, no surrogates); null where they are none. A byte order mark stays. */
export function textOf(bytes: Bytes): string | null {
  return BEYOND_ASCII.test(bytes) ? decodeUtf8(Buffer.from(bytes, 'latin1')) : bytes
}

export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes)
  } catch {
    return null
  }
}

export function latin1(bytes: Uint8Array): Bytes {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/
const ESCAPE = /%([0-9A-Fa-f]{2})/g

/** @returns whether a `%` begins no escape (RFC 3986, section 2.1) */
export function hasBrokenEscape(text: string): boolean {
  return text.includes('%') && BROKEN_ESCAPE.test(text)
}

/** Percent-decoding, once, into bytes (RFC 3986, section 2.1); what is no escape stays. */
export function percentDecode(text: Bytes): Bytes {
  if (!text.includes('%')) return text
  return text.replace(ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}
