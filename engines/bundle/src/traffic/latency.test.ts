import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LATENCY_BUCKETS, latencyBucket, latencyOf } from './latency.ts'

test('what is read from a histogram is within an eighth of what was measured', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.016, max: 60_000, noNaN: true }), (ms) => {
      const histogram: number[] = Array.from({ length: LATENCY_BUCKETS }, () => 0)
      histogram[latencyBucket(ms)] = 1
      expect(Math.abs((latencyOf(histogram)?.p50 ?? 0) - ms) / ms).toBeLessThan(0.13)
    }),
  )
})

test('buckets grow with the time, and nothing lies outside of them', () => {
  fc.assert(
    fc.property(fc.double(), fc.double(), (one, other) => {
      const [small, large] = one < other ? [one, other] : [other, one]
      expect(latencyBucket(small)).toBeLessThanOrEqual(latencyBucket(Number.isNaN(large) ? small : large))
      expect(latencyBucket(one)).toBeLessThan(LATENCY_BUCKETS)
      expect(latencyBucket(one)).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('percentiles count from below; nothing measured is none', () => {
  expect(latencyOf([])).toBeNull()
  const histogram: number[] = []
  for (const [ms, times] of [
    [1, 90],
    [10, 8],
    [100, 2],
  ] as const) {
    const bucket = latencyBucket(ms)
    while (histogram.length <= bucket) histogram.push(0)
    histogram[bucket] = times
  }
  const found = latencyOf(histogram)
  expect(found?.count).toBe(100)
  expect(found?.p50).toBeCloseTo(1, 0)
  expect(found?.p95).toBeGreaterThan(8)
  expect(found?.p95).toBeLessThan(12)
  expect(found?.p99).toBeGreaterThan(85)
})
