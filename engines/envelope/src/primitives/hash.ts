import { parameter } from './error.ts'

/** Digest lengths in bytes. SHA-1 is there for what others made with it: HMAC and HKDF do not need collision resistance. */
const lengths = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha512-224': 28,
  'sha512-256': 32,
  'sha3-224': 28,
  'sha3-256': 32,
  'sha3-384': 48,
  'sha3-512': 64,
} as const

export type HashName = keyof typeof lengths

export function isHash(name: string): name is HashName {
  return Object.hasOwn(lengths, name)
}

/** @throws PrimitiveError `parameter` for a hash that is none of these */
export function digestBytes(hash: string): number {
  parameter(isHash(hash), `${hash} is no hash that is used here`)
  return lengths[hash]
}
