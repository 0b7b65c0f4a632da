import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'

/** How often a route may be called, and who is counted. */
export interface Limit {
  readonly per: 'principal' | 'address'
  readonly count: number
  readonly seconds: number
}

const windows = { second: 1, minute: 60, hour: 3600 } as const

export function perPrincipal(count: number, window: keyof typeof windows): Limit {
  return { per: 'principal', count, seconds: windows[window] }
}

export function perAddress(count: number, window: keyof typeof windows): Limit {
  return { per: 'address', count, seconds: windows[window] }
}

export interface Limiter {
  /** @returns 0 when admitted, else after how many seconds to try again */
  admit(key: string, limit: Limit): number
}

/**
 * Counts by the generic cell rate algorithm: one time stamp a key, no window edges at which twice the rate passes.
 * Kept in this process's memory and bounded: with N replicas a caller may reach N times the limit.
 */
export function createLimiter(clock: Clock, capacity = 50_000): Limiter {
  const arrivals = new LRUCache<string, number>({ max: capacity })
  return {
    admit(key, { count, seconds }) {
      const now = clock.now().getTime()
      const interval = (seconds * 1000) / count
      const theoretical = Math.max(arrivals.get(key) ?? 0, now)
      const wait = theoretical - (seconds * 1000 - interval) - now
      if (wait > 0) return Math.ceil(wait / 1000)
      arrivals.set(key, theoretical + interval)
      return 0
    },
  }
}
