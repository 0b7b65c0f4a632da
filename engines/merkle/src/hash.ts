import { hash } from 'node:crypto'

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32

const LEAF_PREFIX = 0
const NODE_PREFIX = 1

// One buffer for every node, and one for leaves that grows with the longest entry: a node costs no allocation of our own.
// The digest is asked for as a binary string because `hash` makes that four times as fast as a Buffer.
const node = new Uint8Array(1 + 2 * HASH_BYTES)
node[0] = NODE_PREFIX
let leaf = new Uint8Array(1024)
let leafView = leaf

/** The root of a tree without leaves: SHA-256 of nothing (RFC 6962, 2.1). */
export function emptyRoot(): Buffer {
  return hash('sha256', '', 'buffer')
}

/** The hash of a leaf: SHA-256 of 0x00 and the entry (RFC 6962, 2.1). */
export function leafHash(entry: Uint8Array): Buffer {
  const into = Buffer.allocUnsafe(HASH_BYTES)
  hashLeafInto(into, 0, entry)
  return into
}

/** The hash of an inner node: SHA-256 of 0x01, the left and the right hash of 32 bytes each (RFC 6962, 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw new RangeError('A hash has 32 bytes.')
  node.set(left, 1)
  node.set(right, 1 + HASH_BYTES)
  const into = Buffer.allocUnsafe(HASH_BYTES)
  into.write(hash('sha256', node, 'binary'), 0, HASH_BYTES, 'binary')
  return into
}

/** The leaf hashes of entries, one after the other: 32 bytes each, as `append` takes them. */
export function leafHashes(entries: readonly Uint8Array[]): Buffer {
  const into = Buffer.allocUnsafe(entries.length * HASH_BYTES)
  let at = 0
  for (const entry of entries) {
    hashLeafInto(into, at, entry)
    at += HASH_BYTES
  }
  return into
}

/** Hashes the `count` pairs of hashes that begin at `from` in `source`, and writes the results to `into` from `at` on. */
export function hashPairsInto(into: Buffer, at: number, source: Buffer, from: number, count: number): void {
  let read = from
  let write = at
  for (let pair = 0; pair < count; pair++) {
    source.copy(node, 1, read, read + 2 * HASH_BYTES)
    into.write(hash('sha256', node, 'binary'), write, HASH_BYTES, 'binary')
    read += 2 * HASH_BYTES
    write += HASH_BYTES
  }
}

function hashLeafInto(into: Buffer, at: number, entry: Uint8Array): void {
  const length = entry.length + 1
  if (leafView.length !== length) {
    if (leaf.length < length) leaf = new Uint8Array(2 * length)
    leaf[0] = LEAF_PREFIX
    leafView = leaf.subarray(0, length)
  }
  leafView.set(entry, 1)
  into.write(hash('sha256', leafView, 'binary'), at, HASH_BYTES, 'binary')
}
