import { tilesForTree } from '../proof/read.ts'
import { edgeTiles, tileAbove } from '../tile-check.ts'
import { TILE_WIDTH, type TileId, tilePath, tileWidth } from '../tile.ts'

/** Which part of which tree a pack is of. */
export interface PackRange {
  /** Places of the first and the last event, from 1; `to` is `from - 1` for none. */
  readonly from: number
  readonly to: number
  /** Leaves of the tree. */
  readonly size: number
  /** Sizes of earlier trees that the pack can be compared with, ascending, below `size`. */
  readonly older: readonly number[]
}

/** What comes next in a pack. */
export type PackStep =
  /** `early`: not just before what it is needed for. */
  | { readonly kind: 'tile'; readonly tile: TileId; readonly early: boolean }
  /** Events, at most 256, whose hashes are in a tile that came before. */
  | { readonly kind: 'events'; readonly leaves: TileId; readonly from: number; readonly to: number }

/**
 * The order of a pack: the tiles of the tree's right edge, which make its root; those for the older trees; then the events, each group after
 * the tile of its leaves, and that after those above it that were not there yet. So every tile can be checked when it comes.
 * @throws RangeError when there is no such range
 */
export function planPack(range: PackRange): Generator<PackStep, undefined> {
  const { from, to, size, older } = range
  if (![from, to, size].every(Number.isSafeInteger) || from < 1 || from > to + 1 || to > size) {
    throw new RangeError(`There are no events ${from} to ${to} in a log of ${size}.`)
  }
  if (older.some((each, at) => !Number.isSafeInteger(each) || each <= (older[at - 1] ?? 0) || each >= size)) {
    throw new RangeError('The sizes of older trees ascend, from 1 to less than the size.')
  }
  return steps(range)
}

function* steps({ from, to, size, older }: PackRange): Generator<PackStep, undefined> {
  const early = new Set<string>()
  const latest = new Map<TileId['level'], number>()
  for (const tile of [...edgeTiles(size), ...older.flatMap((each) => olderTiles(each, size))]) {
    const path = tilePath(tile)
    if (!early.has(path)) yield { kind: 'tile', tile, early: true }
    early.add(path)
  }
  for (let index = Math.floor((from - 1) / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
    const leaves = { level: 0, index, width: tileWidth(0, index, size) }
    for (const tile of downTo(leaves, size)) {
      if (early.has(tilePath(tile)) || latest.get(tile.level) === tile.index) continue
      latest.set(tile.level, tile.index)
      yield { kind: 'tile', tile, early: false }
    }
    const first = Math.max(from, index * TILE_WIDTH + 1)
    yield { kind: 'events', leaves, from: first, to: Math.min(to, (index + 1) * TILE_WIDTH) }
  }
}

function olderTiles(oldSize: number, size: number): TileId[] {
  return tilesForTree(oldSize, size).flatMap((tile) => downTo(tile, size))
}

/** The tiles on the way from one of the edge to this one, with both. */
function downTo(tile: TileId, size: number): TileId[] {
  return tile.width < TILE_WIDTH ? [tile] : [...downTo(tileAbove(tile, size), size), tile]
}
