import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BufferOptions, createBuffer, type Gap, Unwritable } from './buffer.ts'

type Entry = { readonly n: number } | { readonly gap: Gap }

function setUp(
  write: (entries: readonly Entry[]) => void | Promise<void>,
  options: Partial<BufferOptions<Entry>> = {},
) {
  const written: Entry[] = []
  const errors: unknown[] = []
  let clock = 0
  const buffer = createBuffer<Entry>({
    write: async (entries) => {
      await write(entries)
      written.push(...entries)
    },
    kindOf: (entry) => ('n' in entry && entry.n % 2 === 1 ? 'odd' : 'even'),
    gapEntry: (gap) => ({ gap }),
    now: () => new Date((clock += 1)),
    onError: (error) => errors.push(error),
    room: 100,
    batch: 10,
    delay: 5,
    ...options,
  })
  const gaps = () => written.flatMap((entry) => ('gap' in entry ? [entry.gap] : []))
  const numbers = () => written.flatMap((entry) => ('n' in entry ? [entry.n] : []))
  return { buffer, written, errors, gaps, numbers }
}

const lost = (gaps: readonly Gap[]) => gaps.reduce((sum, { count }) => sum + count, 0)

describe('the buffer of telemetry', () => {
  it('writes what waits, in order and in batches', async () => {
    const sizes: number[] = []
    const { buffer, numbers } = setUp((entries) => void sizes.push(entries.length))
    for (let n = 0; n < 25; n += 1) buffer.add({ n })
    expect(await buffer.stop(1_000)).toBe(0)
    expect(numbers()).toEqual(Array.from({ length: 25 }, (_, n) => n))
    expect(Math.max(...sizes)).toBe(10)
    expect(buffer.counters()).toEqual({ accepted: 25, recorded: 25, lost: 0, waiting: 0 })
  })

  it('counts what has no room, by kind, and tells it first when the way is free', async () => {
    const way = Promise.withResolvers<void>()
    let down = true
    const { buffer, gaps, numbers, written } = setUp(() => (down ? Promise.reject(new Error('away')) : undefined))
    for (let n = 0; n < 130; n += 1) buffer.add({ n })
    expect(buffer.counters()).toMatchObject({ lost: 30, waiting: 100 })
    down = false
    way.resolve()
    await buffer.stop(5_000)
    expect(numbers()).toEqual(Array.from({ length: 100 }, (_, n) => n))
    expect(gaps().map(({ kind, count }) => [kind, count])).toEqual([
      ['even', 15],
      ['odd', 15],
    ])
    for (const { from, to } of gaps()) expect(from.getTime()).toBeLessThan(to.getTime())
    expect(written.slice(0, 2).every((entry) => 'gap' in entry)).toBe(true)
  })

  it('tries again, and loses nothing that it had room for', async () => {
    let failures = 2
    const { buffer, errors, numbers } = setUp(() => {
      if ((failures -= 1) >= 0) throw new Error('away')
    })
    buffer.add({ n: 1 })
    await sleep(20)
    expect(await buffer.stop(5_000)).toBe(0)
    expect(numbers()).toEqual([1])
    expect(errors).toHaveLength(1)
  })

  it('leaves out what can never be written, counts it, and writes the rest', async () => {
    const { buffer, gaps, numbers, errors } = setUp((entries) => {
      if (entries.some((entry) => 'n' in entry && entry.n === 7)) throw new Unwritable('bad')
    })
    for (let n = 0; n < 12; n += 1) buffer.add({ n })
    await buffer.stop(1_000)
    expect(numbers().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11])
    expect(gaps()).toMatchObject([{ kind: 'odd', count: 1 }])
    expect(errors).toHaveLength(1)
  })

  it('does not wait for ever when it is stopped, and says what is left', async () => {
    const { buffer } = setUp(() => Promise.reject(new Error('away')))
    for (let n = 0; n < 5; n += 1) buffer.add({ n })
    expect(await buffer.stop(30)).toBe(5)
    buffer.add({ n: 6 })
    expect(buffer.counters()).toMatchObject({ lost: 1 })
  })

  it('accounts for each entry, whatever the database does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ok', 'down', 'bad'), { maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (moods, count, room) => {
          const left = [...moods]
          const { buffer, numbers, gaps } = setUp(
            () => {
              const mood = left.shift() ?? 'ok'
              if (mood === 'down') throw new Error('away')
              if (mood === 'bad') throw new Unwritable('bad')
            },
            { room, batch: 7, delay: 1, pauses: { first: 1, most: 1 } },
          )
          for (let n = 0; n < count; n += 1) buffer.add({ n })
          expect(await buffer.stop(5_000)).toBe(0)
          // A gap that was refused itself is the one thing that nobody can tell.
          expect(new Set(numbers()).size).toBe(numbers().length)
          expect(numbers().length).toBe(buffer.counters().recorded)
          expect(numbers().length + buffer.counters().lost).toBe(count)
          expect(lost(gaps())).toBeLessThanOrEqual(buffer.counters().lost)
          if (!moods.includes('bad')) expect(lost(gaps())).toBe(buffer.counters().lost)
        },
      ),
      { numRuns: 60 },
    )
  })
})
