import { hash } from 'node:crypto'

const BLOCK_BYTES = 64
const HASH_BYTES = 32

/** A key of HMAC-SHA-256, in the form in which it is hashed. */
export interface IndexPads {
  readonly inner: Buffer
  /** with room for the inner hash behind it */
  readonly outer: Buffer
}

/** @param key at most 64 bytes */
export function indexPads(key: Uint8Array): IndexPads {
  const inner = Buffer.alloc(BLOCK_BYTES, 0x36)
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, 0x5c)
  for (const [at, byte] of key.entries()) {
    inner[at] = byte ^ 0x36
    outer[at] = byte ^ 0x5c
  }
  return { inner, outer }
}

let message = Buffer.allocUnsafeSlow(1024)

/**
 * HMAC-SHA-256 (RFC 2104) of a text as UTF-8. An index asks for one for each word of each event: `createHmac` would take
 * several times as long to make its object as to hash a word.
 */
export function hmacOf({ inner, outer }: IndexPads, text: string): Buffer {
  const most = BLOCK_BYTES + 3 * text.length
  if (message.length < most) message = Buffer.allocUnsafeSlow(most)
  inner.copy(message)
  const length = BLOCK_BYTES + message.write(text, BLOCK_BYTES, 'utf8')
  // Asked for as a binary string, since `hash` makes that faster than a Buffer.
  outer.write(hash('sha256', message.subarray(0, length), 'binary'), BLOCK_BYTES, 'binary')
  const into = Buffer.allocUnsafe(HASH_BYTES)
  into.write(hash('sha256', outer, 'binary'), 'binary')
  return into
}
