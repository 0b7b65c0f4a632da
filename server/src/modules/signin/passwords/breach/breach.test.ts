import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildBreachFilter } from './build.ts'
import { openBreachFilter } from './filter.ts'
import { createBlockWriter, isInBlock } from './format.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-breach-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()
const path = (name: string) => join(folder, name)

function write(name: string, lines: readonly string[]): string {
  writeFileSync(path(name), lines.join('\n'))
  return path(name)
}

describe('a breach filter', () => {
  const million = 1_000_000

  it('of a million passwords knows every one of them, and of others as few as it says', async () => {
    const lines = Array.from({ length: million }, (_, at) => `${sha1(`known ${at}`)}:${(at % 9) + 1}\r`).toSorted()
    const input = write('million.txt', lines)
    const built = await buildBreachFilter(input, path('million.filter'))
    expect(built).toMatchObject({ lines: million, passwords: million, bytes: statSync(path('million.filter')).size })
    expect(built.falsePositives).toBeLessThan(2 ** -20)
    // Two and three quarter bytes for each password.
    expect(built.bytes / million).toBeLessThan(2.9)
    const filter = await openBreachFilter(path('million.filter'))
    for (let at = 0; at < million; at += 997) expect(await filter.has(`known ${at}`), `known ${at}`).toBe(true)
    for (const at of [0, million - 1]) expect(await filter.has(`known ${at}`)).toBe(true)
    for (let at = 0; at < 1000; at++) expect(await filter.has(`unknown ${at}`)).toBe(false)
    await filter.close()
    await buildBreachFilter(input, path('coarse.filter'), { falsePositiveBits: 5, atLeast: 5 })
    const coarse = await openBreachFilter(path('coarse.filter'))
    let taken = 0
    for (let at = 0; at < 20_000; at++) if (await coarse.has(`unknown ${at}`)) taken += 1
    // The hashes are fixed, and so is this number; the bounds are ten deviations wide.
    const expected = coarse.falsePositives * 20_000
    expect(expected).toBeGreaterThan(100)
    expect(Math.abs(taken - expected)).toBeLessThan(10 * Math.sqrt(expected))
    expect(await coarse.has('known 4')).toBe(true)
    await coarse.close()
  })

  it('looks for what was typed, and for what is made of it', async () => {
    const input = write('forms.txt', [sha1('caf\u00e9'), sha1('\u2460 plain')].toSorted())
    await buildBreachFilter(input, path('forms.filter'))
    const filter = await openBreachFilter(path('forms.filter'))
    expect(await filter.has('cafe\u0301')).toBe(true)
    expect(await filter.has('\u2460 plain')).toBe(true)
    expect(await filter.has('1 plain')).toBe(false)
    await filter.close()
  })

  it('takes each hash once, in any case, and leaves out what is rare', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map(sha1).toSorted() as [string, string, string]
    const input = write('few.txt', [a, `${a}:7`, `${b.toLowerCase()}:1`, '', `${c}:2`])
    expect(await buildBreachFilter(input, path('few.filter'), { atLeast: 2 })).toMatchObject({ passwords: 2 })
    const filter = await openBreachFilter(path('few.filter'))
    const known = await Promise.all(['a', 'b', 'c'].map((text) => filter.has(text)))
    expect(known.filter(Boolean)).toHaveLength(2)
    await filter.close()
  })

  it('of nothing knows nothing', async () => {
    await buildBreachFilter(write('none.txt', []), path('none.filter'))
    const filter = await openBreachFilter(path('none.filter'))
    expect(await filter.has('password')).toBe(false)
    await filter.close()
  })

  it.each([
    ['is not in order', ['F'.repeat(40), '0'.repeat(40)], /Line 2 .*sort/],
    ['is no list of hashes', ['0'.repeat(40), 'hunter2'], /Line 2 is no SHA-1 hash/],
    ['is of NTLM hashes', ['0'.repeat(32)], /Line 1 is no SHA-1 hash/],
    ['has no lines at all', ['x'.repeat(3_000_000)], /too long/],
  ])('is not made of a file that %s, and nothing is left behind', async (_, lines, message) => {
    const input = write('wrong.txt', lines)
    await expect(buildBreachFilter(input, path('wrong.filter'))).rejects.toThrow(message)
    expect(() => statSync(path('wrong.filter'))).toThrow()
    expect(() => statSync(path('wrong.filter.partial'))).toThrow()
  })

  it('is not opened when it is damaged; whatever its blocks say, looking ends', async () => {
    await buildBreachFilter(write('good.txt', [sha1('a'), sha1('b')].toSorted()), path('good.filter'))
    const good = readFileSync(path('good.filter'))
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bad = Buffer.from(good)
        bad[at] = (bad[at] ?? 0) ^ change
        writeFileSync(path('bad.filter'), bad)
        const filter = await openBreachFilter(path('bad.filter')).catch((error: unknown) => {
          expect(String(error)).toContain('damaged')
          return undefined
        })
        expect(typeof (await filter?.has('a'))).toMatch(/boolean|undefined/)
        await filter?.close()
      }),
      { numRuns: 200 },
    )
    writeFileSync(path('bad.filter'), good.subarray(0, good.length - 1))
    await expect(openBreachFilter(path('bad.filter'))).rejects.toThrow('damaged')
  })

  it('finds what was written, and only that, whatever the distances', () => {
    const keys = fc.uniqueArray(
      fc.oneof(
        fc.nat(5000),
        fc.maxSafeNat().map((n) => n % 2 ** 52),
      ),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(keys, fc.integer({ min: 0, max: 51 }), fc.array(fc.nat(5000)), (all, remainderBits, others) => {
        const sorted = all.toSorted((a, b) => a - b)
        const writer = createBlockWriter(remainderBits)
        const blocks: ReturnType<typeof writer.take>[] = []
        for (const key of sorted) {
          if (writer.add(key)) continue
          blocks.push(writer.take())
          writer.add(key)
        }
        blocks.push(writer.take())
        const has = (key: number) => blocks.some((block) => isInBlock(block.bytes, block, remainderBits, key))
        expect(sorted.every(has)).toBe(true)
        for (const key of others) expect(has(key)).toBe(sorted.includes(key))
      }),
    )
  })

  it('reads any bytes as a block', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.nat(2000),
        fc.integer({ min: 0, max: 52 }),
        fc.nat(),
        (bytes, count, rest, key) => {
          expect(typeof isInBlock(bytes, { first: 0, count }, rest, key)).toBe('boolean')
        },
      ),
    )
  })
})
