import { hash } from 'node:crypto'

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32

const LEAF_PREFIX = 0
const NODE_PREFIX = 1

// How this is nearly as fast as SHA-256 alone: `hash` gives a digest as a binary string in half the time of a Buffer; so many digests are put
// together as one string and written at once; and what is hashed lies in the same memory every time. Pairs are copied to `pairs` so many at
// once, and each is hashed as a view of its place there, with the byte before it made the prefix: it belongs to the pair before, which is done.
const AT_ONCE = 128
const PAIR_BYTES = 2 * HASH_BYTES
const pairs: Uint8Array = new Uint8Array(1 + AT_ONCE * PAIR_BYTES)
const pairViews: readonly Uint8Array[] = Array.from({ length: AT_ONCE }, (_, at) =>
  pairs.subarray(at * PAIR_BYTES, (at + 1) * PAIR_BYTES + 1),
)
/** Entries up to this length are hashed in their places as pairs are; of longer ones the hash itself is the work. */
const SHORT_ENTRY = 256
let short = { length: 0, bytes: new Uint8Array(0), views: [] as readonly Uint8Array[] }
let leaf = new Uint8Array(1024)
let leafView = leaf

/** The root of a tree without leaves: SHA-256 of nothing (RFC 6962, 2.1). */
export function emptyRoot(): Buffer {
  return hash('sha256', '', 'buffer')
}

/** The hash of a leaf: SHA-256 of 0x00 and the entry (RFC 6962, 2.1). */
export function leafHash(entry: Uint8Array): Buffer {
  return Buffer.from(leafDigest(entry), 'binary')
}

/** The hash of an inner node: SHA-256 of 0x01, the left and the right hash of 32 bytes each (RFC 6962, 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw new RangeError('A hash has 32 bytes.')
  return pairHashes(Buffer.concat([left, right]))
}

/** The leaf hashes of entries, one after the other: 32 bytes each, as `append` takes them. */
export function leafHashes(entries: readonly Uint8Array[]): Buffer {
  const hashes = Buffer.allocUnsafe(entries.length * HASH_BYTES)
  for (let first = 0; first < entries.length; first += AT_ONCE) {
    const end = Math.min(first + AT_ONCE, entries.length)
    let digests = ''
    for (let at = first; at < end; at++) digests += leafDigest(entries[at] ?? leaf)
    hashes.write(digests, first * HASH_BYTES, 'binary')
  }
  return hashes
}

/** The same for entries that all have this length, at least 1, and lie one after the other. */
export function leafHashesOf(entries: Buffer, length: number): Buffer {
  if (length < 1 || entries.length % length !== 0) throw new RangeError(`An entry has ${length} bytes.`)
  const count = entries.length / length
  if (length > SHORT_ENTRY) {
    return leafHashes(Array.from({ length: count }, (_, at) => entries.subarray(at * length, (at + 1) * length)))
  }
  const { bytes, views } = shortEntries(length)
  const hashes = Buffer.allocUnsafe(count * HASH_BYTES)
  for (let first = 0; first < count; first += AT_ONCE) {
    const chunk = Math.min(AT_ONCE, count - first)
    entries.copy(bytes, 1, first * length, (first + chunk) * length)
    let digests = ''
    for (let at = 0; at < chunk; at++) {
      bytes[at * length] = LEAF_PREFIX
      digests += hash('sha256', views[at] ?? bytes, 'binary')
    }
    hashes.write(digests, first * HASH_BYTES, 'binary')
  }
  return hashes
}

function shortEntries(length: number): typeof short {
  if (short.length !== length) {
    const bytes = new Uint8Array(1 + AT_ONCE * length)
    const views = Array.from({ length: AT_ONCE }, (_, at) => bytes.subarray(at * length, (at + 1) * length + 1))
    short = { length, bytes, views }
  }
  return short
}

/** The node hashes of hashes taken in pairs, one after the other; a last one without its pair is left out. */
export function pairHashes(hashes: Buffer): Buffer {
  const count = Math.floor(hashes.length / PAIR_BYTES)
  const nodes = Buffer.allocUnsafe(count * HASH_BYTES)
  for (let first = 0; first < count; first += AT_ONCE) {
    const chunk = Math.min(AT_ONCE, count - first)
    hashes.copy(pairs, 1, first * PAIR_BYTES, (first + chunk) * PAIR_BYTES)
    let digests = ''
    for (let pair = 0; pair < chunk; pair++) {
      pairs[pair * PAIR_BYTES] = NODE_PREFIX
      digests += hash('sha256', pairViews[pair] ?? pairs, 'binary')
    }
    nodes.write(digests, first * HASH_BYTES, 'binary')
  }
  return nodes
}

function leafDigest(entry: Uint8Array): string {
  const length = entry.length + 1
  if (leafView.length !== length) {
    if (leaf.length < length) leaf = new Uint8Array(2 * length)
    leaf[0] = LEAF_PREFIX
    leafView = leaf.subarray(0, length)
  }
  leafView.set(entry, 1)
  return hash('sha256', leafView, 'binary')
}
