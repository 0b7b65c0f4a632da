/** The leaves `start` (included) to `end` (not included); as a node of a tree, the root of the subtree of these. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** The subtrees whose roots prove that the leaf `index` is in the subtree `range`, from the leaf up: PATH of RFC 6962, 2.1.1. */
export function inclusionRanges(index: number, { start, end }: Range): Range[] {
  if (index < start || index >= end) throw new RangeError('The leaf is not in the tree.')
  if (end - start === 1) return []
  const middle = start + below(end - start)
  if (index < middle) return [...inclusionRanges(index, { start, end: middle }), { start: middle, end }]
  return [...inclusionRanges(index, { start: middle, end }), { start, end: middle }]
}

/**
 * The subtrees whose roots prove that the subtree `part` is part of `tree`, the lowest first: SUBTREE_SUBPROOF of
 * draft-ietf-plants-merkle-tree-certs, 4.4, which for a part from 0 on is SUBPROOF of RFC 6962, 2.1.2.
 * @param whole nothing of the part was split off yet: its own root is known
 */
export function consistencyRanges(part: Range, tree: Range, whole = true): Range[] {
  if (part.start < tree.start || part.end > tree.end || part.start >= part.end) {
    throw new RangeError('The part is empty or reaches beyond the tree.')
  }
  if (part.start === tree.start && part.end === tree.end) return whole ? [] : [tree]
  const middle = tree.start + below(tree.end - tree.start)
  const left = { start: tree.start, end: middle }
  const right = { start: middle, end: tree.end }
  if (part.end <= middle) return [...consistencyRanges(part, left, whole), right]
  if (part.start >= middle) return [...consistencyRanges(part, right, whole), left]
  return [...consistencyRanges({ start: middle, end: part.end }, right, false), left]
}

/** The full subtrees that a subtree consists of, the largest first. */
export function fullSubtrees({ start, end }: Range): { readonly height: number; readonly index: number }[] {
  const subtrees: { height: number; index: number }[] = []
  let at = start
  for (let height = 52; height >= 0; height--) {
    const leaves = 2 ** height
    if (leaves > end - at) continue
    subtrees.push({ height, index: at / leaves })
    at += leaves
  }
  return subtrees
}

/** The largest power of two that is smaller than `count`. */
function below(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}
