/** Levels of the tree that one tile spans (C2SP tlog-tiles). */
export const TILE_HEIGHT = 8
/** Hashes in a full tile. */
export const TILE_WIDTH = 256

/** A tile of hashes, or, with level `'entries'`, a bundle of the entries of a tile of level 0. `width` is 256 or, for a partial tile, less. */
export interface TileId {
  readonly level: number | 'entries'
  readonly index: number
  readonly width: number
}

const MOST_LEVEL = 63
const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** The path of a tile below the log's prefix: `tile/0/x001/x234/067`, `tile/entries/000.p/17`. */
export function tilePath({ level, index, width }: TileId): string {
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`
  return `tile/${level}/${indexPath(index)}${partial}`
}

/** @returns the tile that a path below the log's prefix names; undefined when it is no such path in its one valid form */
export function parseTilePath(path: string): TileId | undefined {
  const [, kind = '', place = '', partial] = PATH.exec(path) ?? []
  if (place === '') return undefined
  const index = Number(place.replaceAll(/[x/]/g, ''))
  const width = partial === undefined ? TILE_WIDTH : Number(partial)
  const level = kind === 'entries' ? kind : Number(kind)
  if (!Number.isSafeInteger(index) || indexPath(index) !== place) return undefined
  if (level !== 'entries' && level > MOST_LEVEL) return undefined
  if (partial !== undefined && width >= TILE_WIDTH) return undefined
  return { level, index, width }
}

/** How many hashes a tile has in a tree of this size: 256 for a full one, 0 when it is not there. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH
  return Math.max(0, Math.min(TILE_WIDTH, hashes))
}

/** 1234067 as `x001/x234/067`. */
function indexPath(index: number): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/')
}
