import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeEntries, parseEntries } from './bundle.ts'
import { MerkleError } from './error.ts'
import { parseTilePath, tilePath, tileWidth } from './tile.ts'

describe('paths of tiles', () => {
  it.each([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/1/x001/x234/067', { level: 1, index: 1_234_067, width: 256 }],
    ['tile/63/999.p/255', { level: 63, index: 999, width: 255 }],
    ['tile/entries/x001/000.p/1', { level: 'entries', index: 1000, width: 1 }],
    ['tile/0/x009/x007/x199/x254/x740/991', { level: 0, index: 9_007_199_254_740_991, width: 256 }],
  ] as const)('%s', (path, tile) => {
    expect(parseTilePath(path)).toEqual(tile)
    expect(tilePath(tile)).toBe(path)
  })

  it.each([
    'tile/0/0',
    'tile/0/x000/001',
    'tile/00/001',
    'tile/64/001',
    'tile/0/001.p/0',
    'tile/0/001.p/256',
    'tile/0/001.p/01',
    'tile/0/001/002',
    'tile/0/x001',
    'tile/0/x009/x007/x199/x254/x740/992',
    'tile/0/001\n',
    '/tile/0/001',
    'tile/-1/001',
    'tile/0/../001',
  ])('%j is none', (path) => {
    expect(parseTilePath(path)).toBeUndefined()
  })

  it('has one form for each tile', () => {
    const pieces = fc.constantFrom('tile', '/', '0', '1', '12', '067', 'x', 'x001', 'entries', '.p', '999', '')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          const tile = parseTilePath(text)
          if (tile !== undefined) expect(tilePath(tile)).toBe(text)
        },
      ),
    )
  })
})

describe('tileWidth', () => {
  it('is that of the example of tlog-tiles', () => {
    expect(tileWidth(0, 272, 70_000)).toBe(256)
    expect(tileWidth(0, 273, 70_000)).toBe(112)
    expect(tileWidth(0, 274, 70_000)).toBe(0)
    expect(tileWidth(1, 0, 70_000)).toBe(256)
    expect(tileWidth(1, 1, 70_000)).toBe(17)
    expect(tileWidth(2, 0, 70_000)).toBe(1)
    expect(tileWidth(3, 0, 70_000)).toBe(0)
    expect(tileWidth(1, 0, 256)).toBe(1)
  })
})

describe('bundles of entries', () => {
  it('give back what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 256 }), (entries) => {
        const bundle = encodeEntries(entries)
        expect(parseEntries(bundle, entries.length).map((entry) => [...entry])).toEqual(
          entries.map((entry) => [...entry]),
        )
        expect(() => parseEntries(bundle, entries.length + 1)).toThrow(MerkleError)
        if (bundle.length > 0) expect(() => parseEntries(bundle.subarray(0, -1), entries.length)).toThrow(MerkleError)
      }),
    )
    expect(parseEntries(encodeEntries([Buffer.alloc(65_535)]), 1)[0]).toHaveLength(65_535)
    expect(() => encodeEntries([Buffer.alloc(65_536)])).toThrow(RangeError)
  })

  it('are read or refused, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat({ max: 8 }), (bytes, width) => {
        try {
          expect(encodeEntries(parseEntries(bytes, width))).toEqual(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(MerkleError)
        }
      }),
    )
  })
})
