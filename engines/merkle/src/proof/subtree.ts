/** A place in a tree or a number of leaves. Corpora and foreign logs have those beyond 2^53. */
export type Size = number | bigint

/** The largest power of two that is smaller than `size` (at least 2): where the left subtree ends (RFC 6962, 2.1). */
export function split(size: bigint): bigint {
  return 1n << BigInt((size - 1n).toString(2).length - 1)
}

/**
 * Whether the leaves `start` to `end` are all that is below some node of the tree in which `end` is the last leaf: `start` is a multiple of
 * the least power of two that is not below their number (draft-ietf-plants-merkle-tree-certs, 4.1).
 */
export function isSubtree(start: bigint, end: bigint): boolean {
  if (start < 0n || start > end) return false
  const count = end - start
  const ceiling = count <= 1n ? 1n : 2n * split(count)
  return start % ceiling === 0n
}
