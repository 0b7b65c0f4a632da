import { describe, expect, it } from 'vitest'
import { bareEventsOf, MemoryLog } from './testing/log.ts'
import { createTileCheck, edgeTiles, type TileCheck } from './tile-check.ts'
import type { TileId } from './tile.ts'
import { rootOf } from './tree.ts'

const log = new MemoryLog(bareEventsOf(66_000))
const root = rootOf(log.tree())
const full = (level: number, index: number): TileId => ({ level, index, width: 256 })

function withEdge(): TileCheck {
  const check = createTileCheck(log.size, root)
  for (const tile of edgeTiles(log.size)) check.accept(tile, log.read(tile))
  return check
}

describe('a tile check', () => {
  it('knows the edge of trees of any size', () => {
    expect(edgeTiles(0)).toEqual([])
    expect(edgeTiles(256)).toEqual([{ level: 1, index: 0, width: 1 }])
    expect(edgeTiles(66_000)).toEqual([
      { level: 2, index: 0, width: 1 },
      { level: 1, index: 1, width: 1 },
      { level: 0, index: 257, width: 208 },
    ])
  })

  it('accepts every tile of its tree, from the top down', () => {
    const check = withEdge()
    check.accept(full(1, 0), log.read(full(1, 0)))
    for (let index = 0; index < 257; index++) check.accept(full(0, index), log.read(full(0, index)), index === 3)
    expect(check.read(full(0, 3))).toEqual(log.read(full(0, 3)))
    expect(() => check.read(full(0, 4))).toThrow(/needed before/)
  })

  it('refuses an edge that does not make the root', () => {
    const check = createTileCheck(log.size, root)
    const [top, middle, low] = edgeTiles(log.size)
    check.accept(top!, log.read(top!))
    check.accept(middle!, log.read(middle!))
    expect(() => check.accept(low!, new Uint8Array(208 * 32))).toThrow(expect.objectContaining({ code: 'tile_wrong' }))
  })

  it('refuses a tile that is another one, or changed, or comes too early', () => {
    const check = withEdge()
    expect(() => check.accept(full(0, 0), log.read(full(0, 0)))).toThrow(/needed before/)
    check.accept(full(1, 0), log.read(full(1, 0)))
    expect(() => check.accept(full(0, 0), log.read(full(0, 1)))).toThrow(
      expect.objectContaining({ code: 'tile_wrong' }),
    )
    const changed = Buffer.from(log.read(full(0, 0)))
    changed[5000] = (changed[5000] ?? 0) ^ 1
    expect(() => check.accept(full(0, 0), changed)).toThrow(expect.objectContaining({ code: 'tile_wrong' }))
    const early = createTileCheck(log.size, root)
    expect(() => early.accept(full(0, 0), log.read(full(0, 0)))).toThrow(/before those of the edge/)
  })

  it('refuses a tile that the tree has not, or of another length', () => {
    const check = withEdge()
    expect(() => check.accept(full(0, 257), log.read(full(0, 257)))).toThrow(/has no tile/)
    expect(() => check.accept({ level: 'entries', index: 0, width: 256 }, new Uint8Array(8192))).toThrow(/has no tile/)
    expect(() => check.accept(full(1, 0), new Uint8Array(8191))).toThrow(/cut off/)
  })
})
