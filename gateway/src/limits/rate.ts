import { LRUCache } from 'lru-cache'

export interface Rate {
  /** Requests per second in the long run. */
  readonly perSecond: number
  /** Requests that may come at once. */
  readonly burst: number
}

const mostKeys = 100_000

/**
 * Limits requests per key by the generic cell rate algorithm (ITU-T I.371): one number per key, the time at which its
 * bucket will be empty again. The memory is bounded; under more keys than that the ones unseen for longest are forgotten.
 */
export class RateLimit {
  private readonly interval: number
  private readonly tolerance: number
  private readonly arrivals = new LRUCache<string, number>({ max: mostKeys })

  constructor({ perSecond, burst }: Rate) {
    this.interval = 1000 / perSecond
    this.tolerance = this.interval * burst
  }

  /**
   * @param now milliseconds of a monotonic clock
   * @returns 0 when the request may pass, otherwise the milliseconds until the next one may
   */
  take(key: string, now: number): number {
    const next = Math.max(this.arrivals.get(key) ?? now, now) + this.interval
    const wait = next - this.tolerance - now
    if (wait > 0) return wait
    this.arrivals.set(key, next)
    return 0
  }
}
