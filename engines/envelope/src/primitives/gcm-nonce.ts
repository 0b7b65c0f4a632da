import { createCipheriv } from 'node:crypto'

/*
 * OpenSSL takes nonces of GCM of up to 128 bytes; NIST SP 800-38D allows nearly any. GCM hashes one that has not 12 bytes
 * into its first counter block (section 7.1, step 2), and that hash can be undone for one block: so a longer nonce is
 * exchanged for the one of 16 bytes that has the same counter block, and everything else is OpenSSL's work.
 *
 * The arithmetic is that of section 6.3, on four words of 32 bits, the first the most significant. It has neither
 * branches nor tables that depend on the key.
 */
type Block = readonly [number, number, number, number]

const zero: Block = [0, 0, 0, 0]
/** The polynomial's 1: the leftmost bit. */
const one: Block = [0x8000_0000 | 0, 0, 0, 0]
const reduction = 0xe100_0000 | 0

/** @returns 16 bytes that GCM under this key takes for the same nonce */
export function shortNonce(key: Uint8Array, nonce: Uint8Array): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false)
  const h = blockAt(cipher.update(Buffer.alloc(16)), 0)
  const padded = Buffer.alloc(Math.ceil(nonce.length / 16) * 16)
  padded.set(nonce)
  let hash = zero
  for (let at = 0; at < padded.length; at += 16) hash = multiply(xor(hash, blockAt(padded, at)), h)
  const counter = multiply(xor(hash, lengthBlock(nonce.length)), h)
  // counter = (short * h + length) * h, and therefore:
  const inverse = invert(h)
  const short = multiply(xor(multiply(counter, inverse), lengthBlock(16)), inverse)
  const bytes = Buffer.alloc(16)
  short.forEach((word, at) => bytes.writeInt32BE(word, at * 4))
  return bytes
}

function blockAt(bytes: Buffer, at: number): Block {
  return [bytes.readInt32BE(at), bytes.readInt32BE(at + 4), bytes.readInt32BE(at + 8), bytes.readInt32BE(at + 12)]
}

/** 64 zero bits and the length in bits. */
function lengthBlock(bytes: number): Block {
  return [0, 0, Math.floor(bytes / 2 ** 29) | 0, (bytes << 3) | 0]
}

function xor(x: Block, y: Block): Block {
  return [x[0] ^ y[0], x[1] ^ y[1], x[2] ^ y[2], x[3] ^ y[3]]
}

/** Section 6.3, algorithm 1. */
function multiply(x: Block, y: Block): Block {
  let [z0, z1, z2, z3] = zero as [number, number, number, number]
  let [v0, v1, v2, v3] = y as [number, number, number, number]
  for (const word of x) {
    for (let bit = 31; bit >= 0; bit--) {
      const take = -((word >>> bit) & 1)
      z0 ^= v0 & take
      z1 ^= v1 & take
      z2 ^= v2 & take
      z3 ^= v3 & take
      const carry = -(v3 & 1)
      v3 = (v3 >>> 1) | (v2 << 31)
      v2 = (v2 >>> 1) | (v1 << 31)
      v1 = (v1 >>> 1) | (v0 << 31)
      v0 = (v0 >>> 1) ^ (reduction & carry)
    }
  }
  return [z0, z1, z2, z3]
}

/** By Fermat: x to the power of 2^128 - 2. */
function invert(x: Block): Block {
  let result = one
  let power = x
  for (let step = 1; step < 128; step++) {
    power = multiply(power, power)
    result = multiply(result, power)
  }
  return result
}
