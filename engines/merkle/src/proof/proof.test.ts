import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leafHash } from '../hash.ts'
import { path, subproof, treeHash } from '../testing/definition.ts'
import { bareEventsOf, eventsOf, MemoryLog } from '../testing/log.ts'
import { type TileId, tilePath, tileWidth } from '../tile.ts'
import { rootOf } from '../tree.ts'
import { verifyConsistency, verifySubtreeConsistency } from './consistency.ts'
import { verifyInclusion, verifySubtreeInclusion } from './inclusion.ts'
import * as make from './read.ts'

const log = new MemoryLog(eventsOf(600))
const entries = log.events.map(({ entry }) => entry)
const root = (size: number) => treeHash(entries.slice(0, size))
const sizes = fc.oneof({ arbitrary: fc.integer({ min: 1, max: 40 }), weight: 2 }, fc.integer({ min: 1, max: 600 }))

/** A reader that gives only what was announced, and what of that was read. */
function announced(tiles: readonly TileId[]): { read: make.TileReader; seen: Set<string> } {
  const allowed = new Set(tiles.map(tilePath))
  const seen = new Set<string>()
  const read = (tile: TileId): Uint8Array => {
    expect(allowed).toContain(tilePath(tile))
    seen.add(tilePath(tile))
    return log.read(tile)
  }
  return { read, seen }
}

describe('proofs made of tiles', () => {
  it('of inclusion are those of the definition, hold, and read the tiles that were announced', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, any) => {
        const index = any % size
        const tiles = make.tilesForInclusion(index, size)
        const { read, seen } = announced(tiles)
        const proof = make.inclusionProof(index, size, read)
        expect(proof).toEqual(path(index, entries.slice(0, size)))
        expect(seen.size).toBe(tiles.length)
        const leaf = leafHash(entries[index] ?? Buffer.of())
        expect(verifyInclusion({ leaf, index, size, root: root(size), proof })).toBe(true)
        expect(verifyInclusion({ leaf, index: index + 1, size, root: root(size), proof })).toBe(false)
      }),
    )
  })

  it('of consistency are those of the definition, hold, and read the tiles that were announced', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, any) => {
        const oldSize = (any % size) + 1
        const { read } = announced(make.tilesForConsistency(oldSize, size))
        const proof = make.consistencyProof(oldSize, size, read)
        expect(proof).toEqual(subproof(0, oldSize, entries.slice(0, size)))
        const claim = { oldSize, oldRoot: root(oldSize), size, root: root(size), proof }
        expect(verifyConsistency(claim)).toBe(true)
        expect(verifyConsistency({ ...claim, oldRoot: root(oldSize - 1) })).toBe(false)
      }),
    )
  })

  it('of subtrees are those of the definition, and hold', () => {
    const subtrees = fc.record({ size: sizes, height: fc.nat({ max: 9 }), at: fc.nat(), cut: fc.nat() })
    fc.assert(
      fc.property(subtrees, ({ size, height, at, cut }) => {
        const width = Math.min(2 ** height, size)
        const start = (at % Math.ceil(size / 2 ** height)) * 2 ** height
        const end = Math.min(size, start + (width === 1 ? 1 : width - (cut % Math.ceil(width / 2))))
        const [range, subtree] = [{ start, end }, entries.slice(start, end)]
        const leaf = start + (cut % (end - start))
        const inclusion = make.subtreeInclusionProof(leaf, range, size, log.read)
        expect(inclusion).toEqual(path(leaf - start, subtree))
        const claim = { leaf: leafHash(entries[leaf] ?? Buffer.of()), index: leaf, ...range }
        expect(verifySubtreeInclusion({ ...claim, root: treeHash(subtree), proof: inclusion })).toBe(true)
        const consistency = make.subtreeConsistencyProof(range, size, log.read)
        expect(consistency).toEqual(subproof(start, end, entries.slice(0, size)))
        const whole = { subtreeRoot: treeHash(subtree), size, root: root(size), proof: consistency }
        expect(verifySubtreeConsistency({ ...range, ...whole })).toBe(true)
        const other = { ...whole, root: root(size - 1) }
        expect(verifySubtreeConsistency({ ...range, ...other })).toBe(false)
      }),
    )
  })

  it('are refused with any bit changed, a hash more or a hash less', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 }), (size, any, where, bit) => {
        const index = any % size
        const leaf = leafHash(entries[index] ?? Buffer.of())
        const claim = { leaf, index, size, root: root(size), proof: make.inclusionProof(index, size, log.read) }
        const oldSize = index + 1
        const proof = make.consistencyProof(oldSize, size, log.read)
        const consistent = { oldSize, oldRoot: root(oldSize), size, root: root(size), proof }
        for (const changed of changes(claim.proof, where, bit)) {
          expect(verifyInclusion({ ...claim, proof: changed })).toBe(false)
        }
        for (const changed of changes(proof, where, bit)) {
          expect(verifyConsistency({ ...consistent, proof: changed })).toBe(false)
        }
      }),
    )
  })

  it('of a tree of many levels of tiles are small and hold', () => {
    const large = new MemoryLog(bareEventsOf(66_000))
    const { size } = large
    const whole = rootOf(large.tree())
    for (const index of [0, 255, 256, 40_000, 65_535, 65_536, 65_999]) {
      const proof = make.inclusionProof(index, size, large.read)
      const leaf = leafHash(large.events[index]?.entry ?? Buffer.of())
      expect(verifyInclusion({ leaf, index, size, root: whole, proof })).toBe(true)
    }
    for (const oldSize of [1, 256, 257, 65_535, 65_999]) {
      const oldRoot = rootOf(large.tree(oldSize))
      expect(rootOf(make.treeAt(oldSize, size, large.read))).toEqual(oldRoot)
      const proof = make.consistencyProof(oldSize, size, large.read)
      expect(verifyConsistency({ oldSize, oldRoot, size, root: whole, proof })).toBe(true)
    }
  })
})

describe('what cannot be', () => {
  it('is refused: places beyond the tree, nothing as the beginning, tiles that are cut off', () => {
    expect(() => make.inclusionProof(5, 5, log.read)).toThrow(RangeError)
    expect(() => make.consistencyProof(0, 5, log.read)).toThrow(RangeError)
    expect(() => make.consistencyProof(6, 5, log.read)).toThrow(RangeError)
    expect(() => make.treeAt(6, 5, log.read)).toThrow(RangeError)
    expect(() => make.treeAt(3, 5, () => new Uint8Array(64))).toThrow(/cut off/)
    const nothing = { oldSize: 0, oldRoot: root(0), size: 0, root: root(0), proof: [] }
    expect(verifyConsistency(nothing)).toBe(false)
  })

  it('is refused: a subtree that is none, with the proof of the one that begins before it', () => {
    const proof = make.consistencyProof(6, 8, log.read)
    const claim = { end: 6, subtreeRoot: root(6), size: 8, root: root(8), proof }
    expect(verifySubtreeConsistency({ ...claim, start: 0 })).toBe(true)
    expect(verifySubtreeConsistency({ ...claim, start: 2 })).toBe(false)
  })

  it('ends soon, however large the tree claims to be', () => {
    const hash = Buffer.alloc(32)
    for (const size of [2n ** 63n, 2n ** 64n - 1n, 2n ** 5000n]) {
      expect(verifyInclusion({ leaf: hash, index: 0, size, root: hash, proof: [hash] })).toBe(false)
      expect(verifyConsistency({ oldSize: 3, oldRoot: hash, size, root: hash, proof: [hash] })).toBe(false)
    }
    expect(tileWidth(0, 2 ** 44, 2 ** 52)).toBe(0)
  })
})

function changes(proof: readonly Buffer[], where: number, bit: number): Buffer[][] {
  const more = [...proof, Buffer.alloc(32, 1)]
  if (proof.length === 0) return [more]
  const flipped = proof.map((hash) => Buffer.from(hash))
  const hash = flipped[where % flipped.length] ?? Buffer.of()
  hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return [more, flipped, proof.slice(0, -1), proof.slice(1), proof.map((each) => each.subarray(1))]
}
