import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyRoot, leafHash, leafHashes, leafHashesOf, nodeHash } from './hash.ts'
import { treeHash } from './testing/definition.ts'
import { append, EMPTY_TREE, rootOf, type TileGrowth } from './tree.ts'

/** Entries and roots that the Certificate Transparency implementations test themselves with. */
const entries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'))
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('hashing', () => {
  it('gives the roots that others give', () => {
    expect(rootOf(EMPTY_TREE).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    for (const [at, root] of roots.entries()) {
      expect(rootOf(append(EMPTY_TREE, leafHashes(entries.slice(0, at + 1))).tree).toString('hex')).toBe(root)
    }
  })

  it('hashes leaves of any length, alone and together, whatever was hashed before', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 300 }), (leaves) => {
        const expected = leaves.map((leaf) => treeHash([leaf]))
        expect(leafHashes(leaves).equals(Buffer.concat(expected))).toBe(true)
        expect(leaves.every((leaf, at) => leafHash(leaf).equals(expected[at] ?? emptyRoot()))).toBe(true)
      }),
    )
  })

  it('hashes entries of one length that lie one after the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 300 }), (length, count) => {
        const entries = Array.from({ length: count }, (_, at) => Buffer.alloc(length, at))
        expect(leafHashesOf(Buffer.concat(entries), length).equals(leafHashes(entries))).toBe(true)
      }),
      { numRuns: 50 },
    )
    expect(() => leafHashesOf(Buffer.alloc(10), 3)).toThrow(RangeError)
    expect(() => leafHashesOf(Buffer.alloc(10), 0)).toThrow(RangeError)
  })

  it('takes only whole hashes', () => {
    expect(() => nodeHash(Buffer.alloc(31), Buffer.alloc(33))).toThrow(RangeError)
    expect(() => append(EMPTY_TREE, Buffer.alloc(33))).toThrow(RangeError)
    expect(() => append({ size: 2, edge: Buffer.alloc(64) }, Buffer.alloc(32))).toThrow(RangeError)
  })
})

describe('append', () => {
  const many = Array.from({ length: 1100 }, (_, at) => Buffer.from(`entry ${at}`))

  it('makes the tree of the definition, in one go or in many', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }), (counts) => {
        let tree = EMPTY_TREE
        for (const count of counts) tree = append(tree, leafHashes(many.slice(tree.size, tree.size + count))).tree
        expect(rootOf(tree)).toEqual(treeHash(many.slice(0, tree.size)))
        const { edge } = append(EMPTY_TREE, leafHashes(many.slice(0, tree.size))).tree
        expect(Buffer.from(tree.edge).equals(edge)).toBe(true)
      }),
    )
  })

  it('grows tiles at their ends only, and these hold the hashes of the definition', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 6 }), (counts) => {
        const tiles = new Map<string, Uint8Array>()
        let tree = EMPTY_TREE
        for (const count of counts) {
          const grown = append(tree, leafHashes(many.slice(tree.size, tree.size + count)))
          for (const growth of grown.tiles) put(tiles, growth)
          tree = grown.tree
        }
        const leaves = many.slice(0, tree.size)
        expect(joined(tiles, 0).equals(leafHashes(leaves))).toBe(true)
        const full = Array.from({ length: Math.floor(leaves.length / 256) }, (_, at) =>
          treeHash(leaves.slice(at * 256, (at + 1) * 256)),
        )
        expect(joined(tiles, 1).equals(Buffer.concat(full))).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('reaches the third level of tiles', () => {
    const leaves = leafHashes(Array.from({ length: 65_537 }, (_, at) => Buffer.from(String(at))))
    const { tiles, tree } = append(EMPTY_TREE, leaves)
    const top = tiles.at(-1)
    expect(top).toMatchObject({ level: 2, index: 0, from: 0, width: 1 })
    expect(top?.bytes).toEqual(rootOf(append(EMPTY_TREE, leaves.subarray(0, 65_536 * 32)).tree))
    expect(rootOf(tree)).toEqual(nodeHash(top?.bytes ?? leaves, leaves.subarray(-32)))
  })
})

function put(tiles: Map<string, Uint8Array>, { level, index, from, width, bytes }: TileGrowth): void {
  const before = tiles.get(`${level}/${index}`) ?? new Uint8Array(0)
  expect(before.length).toBe(from * 32)
  expect(bytes.length).toBe((width - from) * 32)
  tiles.set(`${level}/${index}`, Buffer.concat([before, bytes]))
}

function joined(tiles: ReadonlyMap<string, Uint8Array>, level: number): Buffer {
  const parts: Uint8Array[] = []
  for (let index = 0; tiles.has(`${level}/${index}`); index++) parts.push(tiles.get(`${level}/${index}`) ?? Buffer.of())
  return Buffer.concat(parts)
}
