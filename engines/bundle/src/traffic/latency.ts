/*
 * Latencies are counted in log-linear buckets: four to each power of two of microseconds, from 16 us to 67 s. Histograms add up, which
 * percentiles do not, and what is read from them is within some 10 % of what was measured.
 */

const SUB = 4
const LOWEST = 4
const HIGHEST = 26

/** Buckets of a histogram: the first is all below 16 us, the last all from 67 s on. */
export const LATENCY_BUCKETS: number = 2 + (HIGHEST - LOWEST) * SUB

/** @param ms milliseconds, as `performance.now()` gives them */
export function latencyBucket(ms: number): number {
  const us = ms * 1000
  if (!(us >= 2 ** LOWEST)) return 0
  if (us >= 2 ** HIGHEST) return LATENCY_BUCKETS - 1
  const power = 31 - Math.clz32(us)
  return 1 + (power - LOWEST) * SUB + ((us >> (power - 2)) & (SUB - 1))
}

/** Milliseconds that stand for what is in a bucket: its middle. */
function middleOf(bucket: number): number {
  if (bucket === 0) return 2 ** (LOWEST - 1) / 1000
  if (bucket >= LATENCY_BUCKETS - 1) return 2 ** HIGHEST / 1000
  const power = LOWEST + Math.floor((bucket - 1) / SUB)
  const step = 2 ** (power - 2)
  return ((SUB + ((bucket - 1) % SUB) + 0.5) * step) / 1000
}

export interface Latency {
  readonly count: number
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** @param histogram counts by bucket; what is missing at its end is none. @returns null where nothing was measured */
export function latencyOf(histogram: readonly number[]): Latency | null {
  const count = histogram.reduce((sum, each) => sum + each, 0)
  if (count === 0) return null
  const at = (share: number): number => {
    let left = Math.max(1, Math.ceil(count * share))
    for (const [bucket, each] of histogram.entries()) {
      left -= each
      if (left <= 0) return Number(middleOf(bucket).toPrecision(3))
    }
    return middleOf(LATENCY_BUCKETS - 1)
  }
  return { count: Math.min(count, Number.MAX_SAFE_INTEGER), p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
