import { createHmac, timingSafeEqual } from 'node:crypto'
import { parameter } from './error.ts'
import { digestBytes, type HashName } from './hash.ts'

/** NIST SP 800-107, section 5.3.3: a shorter tag is guessed too easily. */
const shortestTag = 8

/**
 * HMAC (RFC 2104), cut to its first bytes (section 5).
 * @param bytes of the tag, 8 to the length of the digest; all when not said
 */
export function hmac(hash: HashName, key: Uint8Array, message: Uint8Array, bytes: number = digestBytes(hash)): Buffer {
  const all = digestBytes(hash)
  parameter(Number.isInteger(bytes) && bytes >= shortestTag && bytes <= all, `a tag has ${shortestTag} to ${all} bytes`)
  return createHmac(hash, key).update(message).digest().subarray(0, bytes)
}

/** @param bytes that the tag must have: whoever sends it does not choose */
export function verifyHmac(
  hash: HashName,
  key: Uint8Array,
  message: Uint8Array,
  tag: Uint8Array,
  bytes: number = digestBytes(hash),
): boolean {
  const expected = hmac(hash, key, message, bytes)
  return tag.length === expected.length && timingSafeEqual(tag, expected)
}
