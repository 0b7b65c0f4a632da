import {
  append,
  edgeTiles,
  ENTRY_BYTES,
  HASH_BYTES,
  leafHashesOf,
  rootOf,
  TILE_WIDTH,
  type TileGrowth,
  type Tree,
  treeAt,
} from '@holdfast/merkle'
import type { Transaction } from '../../platform/database/database.ts'
import { loadTiles } from './log/tiles.ts'
import type { Entries } from './store/entries.ts'

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
 * @throws MerkleError when they are not there
 */
export async function loadTree(tx: Db, size: number): Promise<TreeState> {
  const edge = edgeTiles(size)
  const read = await loadTiles(tx, edge)
  const tree = treeAt(size, size, read)
  const last = edge.find(({ level }) => level === 0)
  return { tree, root: rootOf(tree), tail: last === undefined ? Buffer.alloc(0) : Buffer.from(read(last)) }
}

/** @returns the grown tree, and what is to be written of its tiles */
export function grow(
  state: TreeState,
  entries: Entries,
): { readonly state: TreeState; readonly tiles: readonly TileGrowth[] } {
  const leaves = leafHashesOf(entries.bytes, ENTRY_BYTES)
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
