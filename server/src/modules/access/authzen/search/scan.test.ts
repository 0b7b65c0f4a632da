import { describe, expect, it } from 'vitest'
import { mostCandidates, type Page, scan } from './scan.ts'

const signal = new AbortController().signal
const numbered = (count: number) => Array.from({ length: count }, (_, at) => `id-${String(at).padStart(6, '0')}`)

/** Every page of a search, from the first to the last. */
async function pages(candidates: readonly string[], limit: number, holds: (id: string) => boolean): Promise<Page[]> {
  const all: Page[] = []
  for (let after: string | null | undefined = null; after !== undefined; ) {
    const page: Page = await scan({ candidates, after, limit, holds, signal })
    all.push(page)
    after = page.next
  }
  return all
}

describe('a search in pages', () => {
  it.each([
    [0, 3],
    [1, 1],
    [7, 1],
    [7, 2],
    [7, 7],
    [7, 8],
  ])('of %i finds each once, %i at a time, and ends with no empty page', async (count, limit) => {
    const candidates = numbered(count * 3)
    const wanted = candidates.filter((_, at) => at % 3 === 1)
    const all = await pages(candidates, limit, (id) => wanted.includes(id))
    expect(all.flatMap(({ found }) => found)).toEqual(wanted)
    expect(all).toHaveLength(Math.max(1, Math.ceil(count / limit)))
    expect(all.slice(0, -1).every(({ found }) => found.length === limit)).toBe(true)
  })

  it('goes on behind a candidate that is gone meanwhile, and finds what came', async () => {
    const first = await scan({ candidates: ['a', 'c', 'e'], after: null, limit: 2, holds: () => true, signal })
    expect(first).toEqual({ found: ['a', 'c'], next: 'c' })
    const second = await scan({ candidates: ['b', 'd', 'e'], after: 'c', limit: 2, holds: () => true, signal })
    expect(second).toEqual({ found: ['d', 'e'], next: undefined })
  })

  it('says that there is more where only a number is asked for', async () => {
    expect(await scan({ candidates: ['a'], after: null, limit: 0, holds: () => true, signal })).toEqual({
      found: [],
      next: null,
    })
    expect(await scan({ candidates: ['a'], after: null, limit: 0, holds: () => false, signal })).toEqual({
      found: [],
      next: undefined,
    })
  })

  it('does bounded work for one page, which may be empty then, and lets others have their turn', async () => {
    const candidates = numbered(mostCandidates * 2 + 10)
    let decided = 0
    let turns = 0
    const beat = () => {
      turns += 1
      heart = setImmediate(beat)
    }
    let heart = setImmediate(beat)
    const holds = (id: string) => {
      decided += 1
      return id === candidates.at(-1)
    }
    const first = await scan({ candidates, after: null, limit: 5, holds, signal })
    clearImmediate(heart)
    expect(first.found).toEqual([])
    expect(first.next).toBe(candidates[mostCandidates - 1])
    expect(decided).toBe(mostCandidates)
    expect(turns).toBeGreaterThan(50)
    const all = await pages(candidates, 5, holds)
    expect(all.map(({ found }) => found.length)).toEqual([0, 0, 1])
  })

  it('ends when nobody waits for it any more', async () => {
    const gone = new AbortController()
    const candidates = numbered(1_000)
    const holds = () => {
      gone.abort()
      return false
    }
    await expect(scan({ candidates, after: null, limit: 5, holds, signal: gone.signal })).rejects.toThrow(/abort/i)
  })
})
