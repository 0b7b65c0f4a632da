import {
  append,
  EMPTY_TREE,
  HASH_BYTES,
  leafHashes,
  rootOf,
  TILE_WIDTH,
  type TileGrowth,
  type Tree,
} from '@holdfast/merkle'
import type { Transaction } from '../../platform/database/database.ts'
import { type Entries, readEntries, splitEntries } from './store/entries.ts'
import { readTiles } from './store/tiles.ts'

type Db = Pick<Transaction, 'kysely'>

/** What the sequencer must know of the tree to append to it. */
export interface TreeState {
  readonly tree: Tree
  readonly root: Buffer
  /** the leaf hashes of the last tile of level 0 while it is not full: such a tile is not stored */
  readonly tail: Buffer
}

/**
 * Reads the right edge of a tree of this size from its tiles and last entries.
 * @throws Error when they are not there
 */
export async function loadTree(tx: Db, size: number): Promise<TreeState> {
  const edges = []
  for (let level = 1; size >= TILE_WIDTH ** level; level += 1) {
    const hashes = Math.floor(size / TILE_WIDTH ** level)
    if (hashes % TILE_WIDTH > 0) {
      edges.push({ level, index: Math.floor(hashes / TILE_WIDTH), width: hashes % TILE_WIDTH })
    }
  }
  const tiles = await readTiles(tx, edges)
  const uppers = edges.toReversed().map(({ level, index, width }) => {
    const tile = tiles.find((each) => each.level === level && each.index === index)
    if (tile?.hashes.length !== width * HASH_BYTES)
      throw new Error(`tile ${level}/${index} of the log is not as it was`)
    return edgeOf(tile.hashes)
  })
  const rest = size % TILE_WIDTH
  const entries = await readEntries(tx, size - rest + 1, size)
  if (entries.count !== rest) throw new Error(`of the last ${rest} entries of the log there are ${entries.count}`)
  const tail = leafHashes(splitEntries(entries))
  const tree = { size, edge: Buffer.concat([...uppers, edgeOf(tail)]) }
  return { tree, root: rootOf(tree), tail }
}

/** The hashes of a tile are the leaves of a small tree: its edge is a part of the large one's. */
function edgeOf(hashes: Uint8Array): Uint8Array {
  return append(EMPTY_TREE, hashes).tree.edge
}

/** @returns the grown tree, and what is to be written of its tiles */
export function grow(
  state: TreeState,
  entries: Entries,
): { readonly state: TreeState; readonly tiles: readonly TileGrowth[] } {
  const leaves = leafHashes(splitEntries(entries))
  const { tree, tiles } = append(state.tree, leaves)
  const unstored = Buffer.concat([state.tail, leaves])
  const full = Math.floor(unstored.length / HASH_BYTES / TILE_WIDTH)
  const first = Math.floor(state.tree.size / TILE_WIDTH)
  const lowest = Array.from({ length: full }, (_, n): TileGrowth => {
    const at = n * TILE_WIDTH * HASH_BYTES
    const bytes = unstored.subarray(at, at + TILE_WIDTH * HASH_BYTES)
    return { level: 0, index: first + n, from: 0, width: TILE_WIDTH, bytes }
  })
  return {
    state: { tree, root: rootOf(tree), tail: Buffer.from(unstored.subarray(full * TILE_WIDTH * HASH_BYTES)) },
    tiles: [...lowest, ...tiles.filter(({ level }) => level > 0)],
  }
}
