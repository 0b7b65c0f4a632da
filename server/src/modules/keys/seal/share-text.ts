import { createHash } from 'node:crypto'

/** One share of a Shamir seal, as people are given it. */
export interface Share {
  /** which set it is of: 8 bytes, the same in all shares of a seal, another in every other seal */
  readonly set: Buffer
  /** from 1 */
  readonly number: number
  /** 33 bytes: what the library split off, its coordinate last */
  readonly bytes: Buffer
}

const prefix = 'hfu_'
const version = 1
const setBytes = 8
const shareBytes = 33
const sumBytes = 4
const wholeBytes = 2 + setBytes + shareBytes + sumBytes
const textLength = Math.ceil((wholeBytes * 8) / 5)

// RFC 4648, section 6: neither 0 nor 1 nor 8 to mistake for a letter.
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** `hfu_` and 76 characters: version, number, set, share, and a checksum over all of it. */
export function formatShare({ set, number, bytes }: Share): string {
  const head = Buffer.concat([Buffer.of(version, number), set, bytes])
  return `${prefix}${base32(Buffer.concat([head, checksum(head)]))}`
}

/**
 * @param text as somebody typed or pasted it: blanks, dashes, line breaks and capitals do not matter
 * @returns undefined for what is no share, or not a whole one
 */
export function parseShare(text: string): Share | undefined {
  if (text.length > 400) return undefined
  const plain = text.replaceAll(/[\s-]/g, '').toLowerCase()
  if (!plain.startsWith(prefix)) return undefined
  const whole = fromBase32(plain.slice(prefix.length))
  if (whole === undefined || whole[0] !== version) return undefined
  const head = whole.subarray(0, -sumBytes)
  if (!checksum(head).equals(whole.subarray(-sumBytes))) return undefined
  const number = head[1] ?? 0
  if (number === 0) return undefined
  return { number, set: head.subarray(2, 2 + setBytes), bytes: head.subarray(2 + setBytes) }
}

/** It finds typing errors; a forger can make one as well, and is found by the digests that the database keeps. */
function checksum(head: Uint8Array): Buffer {
  return createHash('sha256').update('holdfast/seal/share-text/1').update(head).digest().subarray(0, sumBytes)
}

function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from({ length: Math.ceil(bits.length / 5) }, (_, at) =>
    alphabet.charAt(Number.parseInt(bits.slice(at * 5, at * 5 + 5).padEnd(5, '0'), 2)),
  ).join('')
}

function fromBase32(text: string): Buffer | undefined {
  if (text.length !== textLength || /[^a-z2-7]/.test(text)) return undefined
  const bits = Array.from(text, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  // Bits past the last byte are zero, so that a share is written in one way only.
  if (bits.slice(wholeBytes * 8).includes('1')) return undefined
  return Buffer.from(Array.from({ length: wholeBytes }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2)))
}
