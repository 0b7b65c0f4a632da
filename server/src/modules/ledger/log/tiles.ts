import {
  encodeEntries,
  ENTRY_BYTES,
  HASH_BYTES,
  leafHashesOf,
  MerkleError,
  TILE_WIDTH,
  type TileId,
  tilePath,
  type TileReader,
} from '@holdfast/merkle'
import type { Transaction } from '../../../platform/database/database.ts'
import { readEntries, splitEntries } from '../store/entries.ts'
import { readTiles } from '../store/tiles.ts'

type Db = Pick<Transaction, 'kysely'>

/** @returns the entries of a tile of level 0, one after the other in a bundle; undefined when not all are there */
export async function entriesTile(tx: Db, { index, width }: Omit<TileId, 'level'>): Promise<Buffer | undefined> {
  const first = index * TILE_WIDTH + 1
  const entries = await readEntries(tx, first, first + width - 1)
  return entries.count === width ? encodeEntries(splitEntries(entries)) : undefined
}

/** @returns the hashes of a tile as others see it; undefined when it is not there. A partial one is the beginning of what there is. */
export async function hashTile(
  tx: Db,
  level: number,
  { index, width }: Omit<TileId, 'level'>,
): Promise<Buffer | undefined> {
  const [tile] = await readTiles(tx, [{ level, index }])
  if (tile !== undefined && tile.hashes.length >= width * HASH_BYTES) return tile.hashes.subarray(0, width * HASH_BYTES)
  if (level > 0) return undefined
  // Not full yet, and so not stored.
  const first = index * TILE_WIDTH + 1
  const entries = await readEntries(tx, first, first + width - 1)
  return entries.count === width ? leafHashesOf(entries.bytes, ENTRY_BYTES) : undefined
}

/** Loads tiles of hashes, for what computes proofs. @throws MerkleError when one is not there */
export async function loadTiles(tx: Db, tiles: readonly TileId[]): Promise<TileReader> {
  const loaded = new Map<string, Buffer>()
  for (const tile of tiles) {
    const hashes = await hashTile(tx, Number(tile.level), tile)
    if (hashes === undefined) throw new MerkleError('tile_wrong', `The tile ${tilePath(tile)} is not there.`)
    loaded.set(tilePath(tile), hashes)
  }
  return (tile) => {
    const hashes = loaded.get(tilePath(tile))
    if (hashes === undefined) throw new RangeError(`The tile ${tilePath(tile)} was not loaded.`)
    return hashes
  }
}
