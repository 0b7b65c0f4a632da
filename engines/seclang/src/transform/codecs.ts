import { createHash } from 'node:crypto'

export function base64Encode(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64')
}

/** Up to the first byte that is not of base64 (RFC 4648, section 4); line ends are passed over, as mail has them (RFC 2045). */
export function base64Decode(text: string): string {
  const [body = ''] = /^[0-9A-Za-z+/\r\n]*/.exec(text) ?? []
  return Buffer.from(body, 'base64').toString('latin1')
}

/** What is not of base64 is passed over; the first `=` ends it. */
export function base64DecodeExt(text: string): string {
  const [body = ''] = text.split('=', 1)
  return Buffer.from(body.replaceAll(/[^0-9A-Za-z+/]+/g, ''), 'base64').toString('latin1')
}

export function hexEncode(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex')
}

/** Nothing, where it is not all pairs of hexadecimal digits. */
export function hexDecode(text: string): string {
  return text.length % 2 === 0 && !/[^0-9a-fA-F]/.test(text) ? Buffer.from(text, 'hex').toString('latin1') : ''
}

/** `0x414243` of SQL is `ABC`. */
export function sqlHexDecode(text: string): string {
  if (!/0x/i.test(text)) return text
  return text.replaceAll(/0[xX]([0-9a-fA-F]{2,})/g, (_, digits: string) => {
    const even = digits.length & ~1
    return Buffer.from(digits.slice(0, even), 'hex').toString('latin1') + digits.slice(even)
  })
}

/** The digest's bytes, not their hexadecimal form. */
export function md5(text: string): string {
  return createHash('md5').update(text, 'latin1').digest().toString('latin1')
}

export function sha1(text: string): string {
  return createHash('sha1').update(text, 'latin1').digest().toString('latin1')
}

export function length(text: string): string {
  return String(text.length)
}

/** The eighth bit makes the number of ones even, odd, or is zero. */
export function parity(kind: 'even' | 'odd' | 'zero'): (text: string) => string {
  const table = Array.from({ length: 256 }, (_, byte) => {
    const low = byte & 0x7f
    const ones = low.toString(2).replaceAll('0', '').length
    const set = kind !== 'zero' && (ones % 2 === 1) === (kind === 'even')
    return String.fromCharCode(set ? low | 0x80 : low)
  })
  return (text) => text.replaceAll(/[^]/g, (character) => table[character.charCodeAt(0)] ?? '')
}
