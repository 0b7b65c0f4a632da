import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createGathering } from './gathering.ts'
import { createRefusals } from './refusals.ts'
import { newShamir } from './shamir.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('shares wait for the next one, and not for ever', async () => {
  const { id, parameters, shares } = await newShamir({ shares: 3, threshold: 3 })
  const gathering = createGathering(1_800)
  const give = (at: number) => gathering.give(id, parameters, shares[at] ?? '').is
  expect(give(0)).toBe('fits')
  vi.advanceTimersByTime(1_700_000)
  expect(give(1)).toBe('fits')
  vi.advanceTimersByTime(1_700_000)
  expect(gathering.given).toBe(2)
  vi.advanceTimersByTime(101_000)
  expect(gathering.given).toBe(0)
  for (const at of [2, 0, 1]) expect(give(at)).toBe('fits')
  expect((await gathering.open(id, parameters))?.kind).toBe('shamir')
})

test('whoever repeats a share when there are enough is not told off: opening may have failed for another reason', async () => {
  const { id, parameters, shares } = await newShamir({ shares: 3, threshold: 2 })
  const gathering = createGathering(60)
  for (const at of [0, 1]) gathering.give(id, parameters, shares[at] ?? '')
  expect(gathering.give(id, parameters, shares[1] ?? '').is).toBe('fits')
  expect(await gathering.open(id, parameters)).toBeDefined()
})

test('refusals are counted by reason and address, in a memory that an attacker cannot fill', () => {
  const refusals = createRefusals()
  const at = (second: number) => new Date(second * 1000)
  for (let n = 0; n < 100_000; n++) refusals.note('seal_share_foreign', `2001:db8::${n.toString(16)}`, at(n))
  refusals.note('seal_share_foreign', '2001:db8::0', at(100_000))
  const taken = refusals.take()
  expect(taken.length).toBeLessThan(60)
  expect(taken.reduce((sum, { count }) => sum + count, 0)).toBe(100_001)
  expect(taken[0]).toEqual({
    reason: 'seal_share_foreign',
    address: '2001:db8::0',
    count: 2,
    first: at(0),
    last: at(100_000),
  })
  expect(taken.at(-1)?.address).toBeNull()
  expect(refusals.take()).toEqual([])
})
