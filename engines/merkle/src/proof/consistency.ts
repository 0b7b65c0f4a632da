import { emptyRoot, HASH_BYTES, nodeHash } from '../hash.ts'
import { equalBytes } from '../text.ts'
import { isSubtree, type Size, split } from './subtree.ts'

/** That a tree is the beginning of a larger one. */
export interface ConsistencyClaim {
  readonly oldSize: Size
  readonly oldRoot: Uint8Array
  readonly size: Size
  readonly root: Uint8Array
  /** Hashes from the lowest up (RFC 6962, 2.1.2). */
  readonly proof: readonly Uint8Array[]
}

/** That a subtree of the leaves `start` (included) to `end` (not included) is part of a tree. */
export interface SubtreeConsistencyClaim {
  readonly start: Size
  readonly end: Size
  readonly subtreeRoot: Uint8Array
  readonly size: Size
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * @returns whether the proof shows that the tree begins with the old one (RFC 9162, 2.1.4.2); false for an old tree of size 0, which every tree
 *   begins with and of which nothing can be proven
 */
export function verifyConsistency({ oldSize, oldRoot, ...claim }: ConsistencyClaim): boolean {
  if (BigInt(oldSize) === 0n) return false
  return verifySubtreeConsistency({ ...claim, start: 0, end: oldSize, subtreeRoot: oldRoot })
}

/** @returns whether the proof shows that the subtree is part of the tree (draft-ietf-plants-merkle-tree-certs, 4.4); a subtree of nothing is */
export function verifySubtreeConsistency(claim: SubtreeConsistencyClaim): boolean {
  const { subtreeRoot, root, proof } = claim
  const [start, end, size] = [BigInt(claim.start), BigInt(claim.end), BigInt(claim.size)]
  if (end > size) return false
  if (start === end) return proof.length === 0 && equalBytes(subtreeRoot, emptyRoot())
  if (!isSubtree(start, end)) return false
  if (start === 0n && end === size) return proof.length === 0 && equalBytes(subtreeRoot, root)
  if ([subtreeRoot, ...proof].some(({ length }) => length !== HASH_BYTES)) return false
  const computed = rootsFrom({ start, end, size, whole: true }, subtreeRoot, proof)
  return computed !== undefined && equalBytes(computed.subtree, subtreeRoot) && equalBytes(computed.tree, root)
}

interface Place {
  readonly start: bigint
  readonly end: bigint
  readonly size: bigint
  /** Nothing of the subtree was split off on the way down, so that its root is known and not part of the proof. */
  readonly whole: boolean
}

/** The definition of SUBTREE_SUBPROOF, read from the root down: the roots of the subtree and of the tree that the proof leads to. */
function rootsFrom(
  { start, end, size, whole }: Place,
  known: Uint8Array,
  proof: readonly Uint8Array[],
): { subtree: Uint8Array; tree: Uint8Array } | undefined {
  const sibling = proof.at(-1)
  if (start === 0n && end === size) {
    if (whole) return proof.length === 0 ? { subtree: known, tree: known } : undefined
    return proof.length === 1 && sibling !== undefined ? { subtree: sibling, tree: sibling } : undefined
  }
  if (sibling === undefined) return undefined
  const left = split(size)
  const below = proof.slice(0, -1)
  if (end <= left) {
    const child = rootsFrom({ start, end, size: left, whole }, known, below)
    return child && { subtree: child.subtree, tree: nodeHash(child.tree, sibling) }
  }
  if (start >= left) {
    const child = rootsFrom({ start: start - left, end: end - left, size: size - left, whole }, known, below)
    return child && { subtree: child.subtree, tree: nodeHash(sibling, child.tree) }
  }
  const child = rootsFrom({ start: 0n, end: end - left, size: size - left, whole: false }, known, below)
  return child && { subtree: nodeHash(sibling, child.subtree), tree: nodeHash(sibling, child.tree) }
}
