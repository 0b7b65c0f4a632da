import { createCipheriv } from 'node:crypto'

/*
 * Just enough of GCM's field (NIST SP 800-38D, section 6.3) to make a ciphertext that opens under two keys, as an attacker
 * can who knows both.
 */
const reduction = 0xe1000000000000000000000000000000n

function multiply(x: bigint, y: bigint): bigint {
  let product = 0n
  let shifted = y
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ reduction : shifted >> 1n
  }
  return product
}

/** By Fermat: x^(2^128 - 2). */
function invert(x: bigint): bigint {
  let result = 1n << 127n
  let power = x
  for (let step = 1; step < 128; step++) {
    power = multiply(power, power)
    result = multiply(result, power)
  }
  return result
}

const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
const block = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(32, '0'), 'hex')

function encryptBlock(key: Uint8Array, bytes: Uint8Array): bigint {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return number(cipher.update(bytes))
}

function ghash(h: bigint, blocks: readonly bigint[]): bigint {
  return blocks.reduce((sum, each) => multiply(sum ^ each, h), 0n)
}

/** @returns one block of ciphertext, and the tag under which it is authentic for both keys */
export function openUnderBoth(
  keys: readonly [Uint8Array, Uint8Array],
  nonce: Uint8Array,
  additional: Uint8Array,
): { readonly body: Buffer; readonly tag: Buffer } {
  const padded = Buffer.alloc(Math.ceil(additional.length / 16) * 16)
  padded.set(additional)
  const blocks = Array.from({ length: padded.length / 16 }, (_, at) => number(padded.subarray(at * 16, at * 16 + 16)))
  const lengths = (BigInt(additional.length * 8) << 64n) | 128n
  const counter = Buffer.concat([nonce, Buffer.of(0, 0, 0, 1)])
  const [one, two] = keys.map((key) => {
    const h = encryptBlock(key, Buffer.alloc(16))
    // The tag without the ciphertext's own term, which is body * h^2.
    return { h, rest: ghash(h, [...blocks, 0n, lengths]) ^ encryptBlock(key, counter) }
  }) as [{ h: bigint; rest: bigint }, { h: bigint; rest: bigint }]
  const squares = multiply(one.h, one.h) ^ multiply(two.h, two.h)
  const body = multiply(one.rest ^ two.rest, invert(squares))
  return { body: block(body), tag: block(one.rest ^ multiply(body, multiply(one.h, one.h))) }
}
