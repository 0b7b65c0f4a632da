import { describe, expect, test } from 'vitest'
import { axisOf, millisText, percentText, rateText, refusedOf } from './traffic.ts'

test('numbers are short, and never rounded to nothing', () => {
  expect([0, 0.004, 0.033, 0.27, 3.14, 12.6, 1234].map(rateText)).toEqual([
    '0',
    'under 0.01',
    '0.03',
    '0.27',
    '3.1',
    '13',
    '1,234',
  ])
  expect([0.04, 0.44, 12.3, 999, 1300, 65_000].map(millisText)).toEqual([
    '0 ms',
    '0.4 ms',
    '12 ms',
    '999 ms',
    '1.3 s',
    '65 s',
  ])
  expect(percentText(0, 10)).toBe('0 %')
  expect(percentText(1, 100_000)).toBe('under 0.1 %')
  expect(percentText(1, 30)).toBe('3.3 %')
  expect(percentText(1, 2)).toBe('50 %')
})

describe('an axis', () => {
  test.each([
    [0, [0, 1]],
    [1, [0, 0.5, 1]],
    [7, [0, 5, 10]],
    [42, [0, 20, 40, 60]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [1000, [0, 500, 1000]],
  ])('up to %d has few round steps, and reaches it', (most, ticks) => {
    expect(axisOf(most)).toEqual(ticks)
  })
})

test('what was refused is summed over its reasons', () => {
  expect(refusedOf({ refused: { attack_blocked: 2, rate_limited: 3 } })).toBe(5)
})
