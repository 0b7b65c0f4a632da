import { emptyRoot, HASH_BYTES, nodeHash, pairHashes } from './hash.ts'
import { TILE_HEIGHT, TILE_WIDTH } from './tile.ts'

/** All that must be known of a tree to append to it and to know its root. */
export interface Tree {
  /** Number of leaves. */
  readonly size: number
  /** The hashes of the full subtrees that the tree consists of, the largest (the leftmost) first, 32 bytes each. */
  readonly edge: Uint8Array
}

/** The hashes by which a tile has grown. */
export interface TileGrowth {
  readonly level: number
  readonly index: number
  /** How many hashes the tile had before; 0 for a new tile. */
  readonly from: number
  /** How many it has now, at most 256. */
  readonly width: number
  /** The hashes `from` to `width`, to be put after those that are there: `32 * (width - from)` bytes. */
  readonly bytes: Uint8Array
}

export const EMPTY_TREE: Tree = { size: 0, edge: new Uint8Array(0) }

/**
 * Appends leaves to a tree.
 * @param leaves leaf hashes one after the other, as `leafHashes` gives them; tiles of level 0 are views into it, so that it must not be
 *   changed afterwards
 * @returns the grown tree, and what is to be put at the end of which tiles (C2SP tlog-tiles), the lowest level first
 */
export function append(tree: Tree, leaves: Uint8Array): { readonly tree: Tree; readonly tiles: readonly TileGrowth[] } {
  if (leaves.length % HASH_BYTES !== 0) throw new RangeError('A leaf hash has 32 bytes.')
  if (tree.edge.length !== HASH_BYTES * ones(tree.size)) throw new RangeError('The edge does not fit the size.')
  const size = tree.size + leaves.length / HASH_BYTES
  if (!Number.isSafeInteger(size)) throw new RangeError('A tree has at most 2^53 - 1 leaves.')
  const tiles: TileGrowth[] = []
  const edge: Uint8Array[] = []
  let level: Buffer = bufferOf(leaves)
  let first = tree.size
  let end = size
  // How many hashes of the old edge are not yet looked at: those of the lowest levels are the last.
  let old = tree.edge.length
  for (let height = 0; end > 0; height++) {
    const grown = level.length > 0
    if (height % TILE_HEIGHT === 0 && grown) grow(tiles, height / TILE_HEIGHT, first, level)
    const left = first % 2 === 1 ? bufferOf(tree.edge.subarray((old -= HASH_BYTES), old + HASH_BYTES)) : undefined
    if (end % 2 === 1) edge.unshift(grown ? level.subarray(-HASH_BYTES) : (left ?? level))
    level = grown ? parents(level, left) : level
    first = Math.floor(first / 2)
    end = Math.floor(end / 2)
  }
  return { tree: { size, edge: Buffer.concat(edge) }, tiles }
}

/** The root hash of the tree: the edge, hashed together from the right (RFC 6962, 2.1). */
export function rootOf({ edge }: Tree): Buffer {
  if (edge.length === 0) return emptyRoot()
  let root: Buffer = Buffer.from(edge.subarray(-HASH_BYTES))
  for (let at = edge.length - HASH_BYTES; at > 0; at -= HASH_BYTES)
    root = nodeHash(edge.subarray(at - HASH_BYTES, at), root)
  return root
}

/** The nodes above these; the last one without a right sibling stays alone. `left` is the left sibling of the first. */
function parents(level: Buffer, left: Buffer | undefined): Buffer {
  if (left === undefined) return pairHashes(level)
  const first = nodeHash(left, level.subarray(0, HASH_BYTES))
  return level.length === HASH_BYTES ? first : Buffer.concat([first, pairHashes(level.subarray(HASH_BYTES))])
}

/** Splits new hashes of a level, the first of which has the place `first`, into tiles. */
function grow(tiles: TileGrowth[], level: number, first: number, hashes: Buffer): void {
  let place = first
  for (let at = 0; at < hashes.length; ) {
    const index = Math.floor(place / TILE_WIDTH)
    const from = place % TILE_WIDTH
    const bytes = hashes.subarray(at, at + (TILE_WIDTH - from) * HASH_BYTES)
    const count = bytes.length / HASH_BYTES
    tiles.push({ level, index, from, width: from + count, bytes })
    at += bytes.length
    place += count
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function ones(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}
