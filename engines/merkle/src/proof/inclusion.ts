import { HASH_BYTES, nodeHash } from '../hash.ts'
import { equalBytes } from '../text.ts'
import { isSubtree, type Size, split } from './subtree.ts'

/** That a leaf has a place in a tree. */
export interface InclusionClaim {
  /** Hash of the leaf. */
  readonly leaf: Uint8Array
  /** Its place, from 0. */
  readonly index: Size
  readonly size: Size
  readonly root: Uint8Array
  /** Hashes from the leaf's sibling up to the root's child (RFC 6962, 2.1.1). */
  readonly proof: readonly Uint8Array[]
}

/** That a leaf has a place in the subtree of the leaves `start` (included) to `end` (not included). */
export interface SubtreeInclusionClaim extends Omit<InclusionClaim, 'size'> {
  readonly start: Size
  readonly end: Size
}

/** @returns whether the proof shows that the leaf is in the tree at its place (RFC 9162, 2.1.3.2) */
export function verifyInclusion({ size, ...claim }: InclusionClaim): boolean {
  return verifySubtreeInclusion({ ...claim, start: 0, end: size })
}

/** @returns whether the proof shows that the leaf is in the subtree at its place (draft-ietf-plants-merkle-tree-certs, 4.3) */
export function verifySubtreeInclusion({ leaf, index, start, end, root, proof }: SubtreeInclusionClaim): boolean {
  const [place, first, last] = [BigInt(index), BigInt(start), BigInt(end)]
  if (!isSubtree(first, last) || place < first || place >= last) return false
  if ([leaf, ...proof].some(({ length }) => length !== HASH_BYTES)) return false
  const computed = rootFrom(leaf, place - first, last - first, proof)
  return computed !== undefined && equalBytes(computed, root)
}

/** The definition of an inclusion path, read from the root down: the last hash of the proof is the sibling below the root. */
function rootFrom(leaf: Uint8Array, index: bigint, size: bigint, proof: readonly Uint8Array[]): Uint8Array | undefined {
  if (size === 1n) return proof.length === 0 ? leaf : undefined
  const sibling = proof.at(-1)
  if (sibling === undefined) return undefined
  const left = split(size)
  const below = proof.slice(0, -1)
  if (index < left) {
    const child = rootFrom(leaf, index, left, below)
    return child && nodeHash(child, sibling)
  }
  const child = rootFrom(leaf, index - left, size - left, below)
  return child && nodeHash(sibling, child)
}
