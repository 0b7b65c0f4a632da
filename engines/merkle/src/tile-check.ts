import { MerkleError } from './error.ts'
import { equalBytes } from './text.ts'
import { HASH_BYTES } from './hash.ts'
import { rootOfTile, treeAt, type TileReader } from './proof/read.ts'
import { TILE_WIDTH, type TileId, tilePath, tileWidth } from './tile.ts'
import { rootOf } from './tree.ts'

/** Takes the tiles of a tree whose root is known, and refuses those that are not of it. */
export interface TileCheck {
  /**
   * Checks a tile: those of the right edge first, in the order of `edgeTiles`, then each full one after the one above it.
   * @param keep it will be read again; the tiles above level 0 and those of the edge always are
   * @throws MerkleError `tile_wrong` when it is not the tree's, `tile_malformed` when it has another length
   */
  accept(tile: TileId, bytes: Uint8Array, keep?: boolean): void
  /** Gives a tile that was accepted and kept, or that came last. */
  readonly read: TileReader
}

/** The partial tiles of a tree, from the top down: together they make its root, and every other tile is below one of them. */
export function edgeTiles(size: number): TileId[] {
  const tiles: TileId[] = []
  for (let level = 0; TILE_WIDTH ** level <= size; level++) {
    const index = Math.floor(size / TILE_WIDTH ** (level + 1))
    const width = tileWidth(level, index, size)
    if (width > 0) tiles.unshift({ level, index, width })
  }
  return tiles
}

/** The tile in which the hash of this full one is. */
export function tileAbove({ level, index }: TileId, size: number): TileId {
  const above = { level: Number(level) + 1, index: Math.floor(index / TILE_WIDTH) }
  return { ...above, width: tileWidth(above.level, above.index, size) }
}

/** @param root the root that was signed for a tree of `size` */
export function createTileCheck(size: number, root: Uint8Array): TileCheck {
  const kept = new Map<string, Uint8Array>()
  let latest: { readonly path: string; readonly bytes: Uint8Array } | undefined
  let awaited = edgeTiles(size).length

  function read(tile: TileId): Uint8Array {
    const path = tilePath(tile)
    const bytes = latest?.path === path ? latest.bytes : kept.get(path)
    if (bytes === undefined) throw new MerkleError('tile_wrong', `The tile ${path} is needed before.`)
    return bytes
  }

  function accept(tile: TileId, bytes: Uint8Array, keep = false): void {
    const path = tilePath(tile)
    if (tile.level === 'entries' || tile.width !== tileWidth(tile.level, tile.index, size)) {
      throw new MerkleError('tile_wrong', `A tree of ${size} leaves has no tile ${path}.`)
    }
    if (bytes.length !== tile.width * HASH_BYTES)
      throw new MerkleError('tile_malformed', `The tile ${path} is cut off.`)
    if (tile.width < TILE_WIDTH) {
      kept.set(path, bytes)
      awaited -= 1
      if (awaited === 0 && !equalBytes(rootOf(treeAt(size, size, read)), root)) {
        throw new MerkleError('tile_wrong', 'The tiles are not of the tree whose root was signed.')
      }
      return
    }
    if (awaited > 0) throw new MerkleError('tile_wrong', `The tile ${path} came before those of the edge.`)
    const at = (tile.index % TILE_WIDTH) * HASH_BYTES
    if (!equalBytes(rootOfTile(bytes), read(tileAbove(tile, size)).subarray(at, at + HASH_BYTES))) {
      throw new MerkleError('tile_wrong', `The tile ${path} is not what the tile above it says.`)
    }
    if (keep || tile.level > 0) kept.set(path, bytes)
    latest = { path, bytes }
  }

  return { accept, read }
}
