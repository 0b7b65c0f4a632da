import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, toHex } from './bytes.ts'
import { makeLog } from './testing/log.ts'
import { climb, leafHash, verifyConsistency } from './tree.ts'

const log = await makeLog(21)
const sizes = fc.integer({ min: 1, max: 21 })

describe('climb', () => {
  it('leads from every leaf to the root of every tree', async () => {
    for (let size = 1; size <= 21; size++) {
      const root = await log.root(size)
      for (const index of [0, size >> 1, size - 1]) {
        const leaf = await leafHash(log.events[index]?.entry ?? new Uint8Array())
        const steps = await climb(leaf, index, size, await log.path(index, size))
        expect(steps?.at(-1)?.parent ?? leaf).toEqual(root)
      }
    }
  })

  it('says on which side a sibling stands, and which leaves are under it', async () => {
    const leaf = await leafHash(log.events[5]?.entry ?? new Uint8Array())
    const steps = await climb(leaf, 5, 7, await log.path(5, 7))
    expect(steps?.map(({ side, covers }) => [side, covers.start, covers.end])).toEqual([
      ['left', 4, 5],
      ['right', 6, 7],
      ['left', 0, 4],
    ])
  })

  it('does not climb from a place that is not there, nor with a hash more or less', async () => {
    const path = await log.path(5, 7)
    const leaf = new Uint8Array(32)
    expect(await climb(leaf, 7, 7, path)).toBeUndefined()
    expect(await climb(leaf, -1, 7, path)).toBeUndefined()
    expect(await climb(leaf, 5, 7, path.slice(1))).toBeUndefined()
    expect(await climb(leaf, 5, 7, [...path, new Uint8Array(32)])).toBeUndefined()
  })

  it('knows the hashes of RFC 6962 of nothing and of one', async () => {
    expect(toHex(await log.root(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(toHex(await leafHash(new Uint8Array()))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    )
  })
})

describe('verifyConsistency', () => {
  const claim = async (oldSize: number, size: number) => ({
    oldSize,
    size,
    oldRoot: await log.root(oldSize),
    root: await log.root(size),
    hashes: (await log.consistency(oldSize, size)).map((hash) => fromBase64(hash) ?? new Uint8Array()),
  })

  it('holds for every two sizes of one log', async () => {
    for (let size = 1; size <= 21; size++) {
      for (let old = 1; old <= size; old++)
        expect(await verifyConsistency(await claim(old, size)), `${old} ${size}`).toBe(true)
    }
  })

  it('does not hold with another root, another size, or any hash changed, more or less', async () => {
    const changes = fc.record({ a: sizes, b: sizes, at: fc.nat(), bit: fc.nat({ max: 255 }) })
    await fc.assert(
      fc.asyncProperty(changes, async ({ a, b, at, bit }) => {
        const [old, size] = [Math.min(a, b), Math.max(a, b)]
        const good = await claim(old, size)
        expect(await verifyConsistency({ ...good, oldRoot: new Uint8Array(32) })).toBe(false)
        expect(await verifyConsistency({ ...good, root: new Uint8Array(32) })).toBe(false)
        expect(await verifyConsistency({ ...good, hashes: [...good.hashes, new Uint8Array(32)] })).toBe(false)
        if (good.hashes.length === 0) return
        expect(await verifyConsistency({ ...good, hashes: good.hashes.slice(1) })).toBe(false)
        const flipped = good.hashes.map((hash) => hash.slice())
        const hash = flipped[at % flipped.length]
        if (hash !== undefined) hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(await verifyConsistency({ ...good, hashes: flipped })).toBe(false)
      }),
    )
  })

  it('says nothing of an empty tree, nor of one that was larger', async () => {
    const good = await claim(3, 7)
    expect(await verifyConsistency({ ...good, oldSize: 0 })).toBe(false)
    expect(await verifyConsistency({ ...good, oldSize: 7, size: 3 })).toBe(false)
  })
})
