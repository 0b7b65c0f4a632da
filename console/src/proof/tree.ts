import { type Bytes, equalBytes, sha256 } from './bytes.ts'

/** The leaves `start` (included) to `end` (not included), counted from 0. */
interface Range {
  readonly start: number
  readonly end: number
}

/** One step of an inclusion path: the hash below, its sibling, and the parent that both make. */
export interface Step {
  /** Where the sibling stands. */
  readonly side: 'left' | 'right'
  readonly sibling: Bytes
  /** The leaves under the sibling. */
  readonly covers: Range
  readonly parent: Bytes
}

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** SHA-256 of 0x00 and the entry (RFC 6962, 2.1). */
export async function leafHash(entry: Uint8Array): Promise<Bytes> {
  return await sha256(LEAF, entry)
}

/** SHA-256 of 0x01 and both hashes (RFC 6962, 2.1). */
export async function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return await sha256(NODE, left, right)
}

/**
 * Climbs from a leaf to the root of a tree (RFC 6962, 2.1.1), from the leaf up. The last parent is the root to which the hashes lead.
 * @returns undefined when the place is not in the tree, or the number of hashes not that of its path
 */
export async function climb(
  leaf: Uint8Array,
  index: number,
  size: number,
  hashes: readonly Bytes[],
): Promise<readonly Step[] | undefined> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return undefined
  const siblings = siblingsOf(index, { start: 0, end: size })
  if (siblings.length !== hashes.length) return undefined
  const steps: Step[] = []
  let below: Uint8Array = leaf
  for (const [at, { side, ...covers }] of siblings.entries()) {
    const sibling = hashes[at] ?? new Uint8Array()
    const parent = await (side === 'left' ? nodeHash(sibling, below) : nodeHash(below, sibling))
    steps.push({ side, sibling, covers, parent })
    below = parent
  }
  return steps
}

/** The siblings on the way up, the leaf's first. */
function siblingsOf(index: number, { start, end }: Range): (Range & { readonly side: Step['side'] })[] {
  if (end - start === 1) return []
  const middle = start + largestPowerBelow(end - start)
  return index < middle
    ? [...siblingsOf(index, { start, end: middle }), { side: 'right', start: middle, end }]
    : [...siblingsOf(index, { start: middle, end }), { side: 'left', start, end: middle }]
}

function largestPowerBelow(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

/** That a tree is the beginning of a larger one. */
interface ConsistencyClaim {
  readonly oldSize: number
  readonly oldRoot: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly hashes: readonly Bytes[]
}

/** Whether the hashes show that the tree begins with the old one (RFC 9162, 2.1.4.2). Nothing can be shown of an empty tree. */
export async function verifyConsistency(claim: ConsistencyClaim): Promise<boolean> {
  const { oldSize, oldRoot, size, root, hashes } = claim
  if (oldSize < 1 || oldSize > size) return false
  if (oldSize === size) return hashes.length === 0 && equalBytes(oldRoot, root)
  let [first, last] = [BigInt(oldSize) - 1n, BigInt(size) - 1n]
  // "If first is an exact power of 2, then prepend first_hash to the consistency_path array."
  const path = ((first + 1n) & first) === 0n ? [oldRoot, ...hashes] : hashes
  while ((first & 1n) === 1n) [first, last] = [first >> 1n, last >> 1n]
  let [from, to]: [Uint8Array, Uint8Array] = [path[0] ?? new Uint8Array(), path[0] ?? new Uint8Array()]
  for (const hash of path.slice(1)) {
    if (last === 0n) return false
    if ((first & 1n) === 1n || first === last) {
      from = await nodeHash(hash, from)
      to = await nodeHash(hash, to)
      while ((first & 1n) === 0n && first !== 0n) [first, last] = [first >> 1n, last >> 1n]
    } else {
      to = await nodeHash(to, hash)
    }
    ;[first, last] = [first >> 1n, last >> 1n]
  }
  return last === 0n && equalBytes(from, oldRoot) && equalBytes(to, root)
}
