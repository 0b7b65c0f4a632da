import { MerkleError } from '../error.ts'
import { HASH_BYTES, pairHashes } from '../hash.ts'
import { TILE_HEIGHT, TILE_WIDTH, type TileId, tilePath, tileWidth } from '../tile.ts'
import { rootOf, type Tree } from '../tree.ts'
import { consistencyRanges, fullSubtrees, inclusionRanges, type Range } from './ranges.ts'

/** Gives the hashes of a tile: `32 * width` bytes, or more of the same tile. What it needs was loaded before: see `tilesFor...`. */
export type TileReader = (tile: TileId) => Uint8Array

/** The tiles of a tree of `size` that `inclusionProof` reads. */
export function tilesForInclusion(index: number, size: number): TileId[] {
  return tilesOf(inclusionRanges(index, { start: 0, end: size }), size)
}

/** The tiles of a tree of `size` that `consistencyProof` reads. */
export function tilesForConsistency(oldSize: number, size: number): TileId[] {
  return tilesOf(consistencyRanges({ start: 0, end: oldSize }, { start: 0, end: size }), size)
}

/** The tiles of a tree of `size` that `treeAt` reads for the tree of its first `oldSize` leaves. */
export function tilesForTree(oldSize: number, size: number): TileId[] {
  return tilesOf([{ start: 0, end: oldSize }], size)
}

/** The hashes that prove that a leaf is in the tree, from the leaf's sibling up (RFC 6962, 2.1.1). */
export function inclusionProof(index: number, size: number, read: TileReader): Buffer[] {
  return subtreeInclusionProof(index, { start: 0, end: size }, size, read)
}

/** The same for a subtree of a tree of `size`. */
export function subtreeInclusionProof(index: number, subtree: Range, size: number, read: TileReader): Buffer[] {
  return inclusionRanges(index, subtree).map((range) => rootOf(subtreeOf(range, size, read)))
}

/** The hashes that prove that the tree of `size` begins with that of `oldSize` (at least 1), the lowest first (RFC 6962, 2.1.2). */
export function consistencyProof(oldSize: number, size: number, read: TileReader): Buffer[] {
  return subtreeConsistencyProof({ start: 0, end: oldSize }, size, read)
}

/** The hashes that prove that a subtree is part of the tree of `size`. */
export function subtreeConsistencyProof(subtree: Range, size: number, read: TileReader): Buffer[] {
  return consistencyRanges(subtree, { start: 0, end: size }).map((range) => rootOf(subtreeOf(range, size, read)))
}

/** The tree of the first `oldSize` leaves of a tree of `size`: to continue it, or to know its root. */
export function treeAt(oldSize: number, size: number, read: TileReader): Tree {
  if (oldSize > size) throw new RangeError(`The tree has ${size} leaves, not ${oldSize}.`)
  return subtreeOf({ start: 0, end: oldSize }, size, read)
}

/** The root of the tree of which these hashes, at most 256, are the leaves. */
export function rootOfTile(hashes: Uint8Array): Buffer {
  const width = hashes.length / HASH_BYTES
  const edge = fullSubtrees({ start: 0, end: width }).map(({ height, index }) =>
    fold(hashes, index * 2 ** height, height),
  )
  return rootOf({ size: width, edge: Buffer.concat(edge) })
}

function subtreeOf(range: Range, size: number, read: TileReader): Tree {
  const hashes = fullSubtrees(range).map(({ height, index }) => {
    const { tile, offset, above } = placeOf(height, index, size)
    const bytes = read(tile)
    if (bytes.length < tile.width * HASH_BYTES) {
      throw new MerkleError('tile_malformed', `The tile ${tilePath(tile)} is cut off.`)
    }
    return fold(bytes, offset, above)
  })
  return { size: range.end - range.start, edge: Buffer.concat(hashes) }
}

function tilesOf(ranges: readonly Range[], size: number): TileId[] {
  const tiles = new Map<string, TileId>()
  for (const { height, index } of ranges.flatMap(fullSubtrees)) {
    const { tile } = placeOf(height, index, size)
    tiles.set(tilePath(tile), tile)
  }
  return [...tiles.values()]
}

/** Where the hash of a full subtree is: it is the root of the `2 ** above` hashes from `offset` on in a tile. */
function placeOf(height: number, index: number, size: number): { tile: TileId; offset: number; above: number } {
  const level = Math.floor(height / TILE_HEIGHT)
  const above = height % TILE_HEIGHT
  const first = index * 2 ** above
  const tileIndex = Math.floor(first / TILE_WIDTH)
  const tile = { level, index: tileIndex, width: tileWidth(level, tileIndex, size) }
  return { tile, offset: first % TILE_WIDTH, above }
}

/** The root of the `2 ** height` hashes from `offset` on. */
function fold(hashes: Uint8Array, offset: number, height: number): Buffer {
  let level: Buffer = Buffer.from(hashes.subarray(offset * HASH_BYTES, (offset + 2 ** height) * HASH_BYTES))
  for (let at = 0; at < height; at++) level = pairHashes(level)
  return level
}
