/** So many units in so many seconds, and `burst` of them at once. */
export interface Rate {
  readonly units: number
  readonly seconds: number
  readonly burst: number
}

export interface Bounds {
  /** Keys that are known by name, of all paces together. */
  readonly most: number
  /** Buckets of each pace for whoever comes when as many are known. A power of two. */
  readonly cells: number
  /** 32 random bits, so that nobody can choose to share a bucket with somebody. */
  readonly seed: number
}

/** A rate made ready. */
export class Pace {
  /** Milliseconds for one unit. */
  readonly interval: number
  /** Milliseconds by which a bucket may be ahead. */
  readonly tolerance: number
  readonly shared: Float64Array

  constructor({ units, seconds, burst }: Rate, cells: number) {
    this.interval = (seconds * 1000) / units
    this.tolerance = this.interval * burst
    this.shared = new Float64Array(cells)
  }
}

/** Sums of fractions: what is less than a microsecond is nothing. */
const nothing = 1e-3

/**
 * The generic cell rate algorithm (ITU-T I.371, annex A): one number for each key, the time at which its bucket will be empty again. An
 * empty bucket is like none, so what is forgotten of a key is only ever that: a flood of keys pushes nobody's count out, and cannot renew
 * the flooder's own. When too many are busy, new ones share buckets of a fixed number: under such a flood newcomers may be refused for
 * others' sake, never let through.
 */
export class Gcra {
  private readonly bounds: Bounds
  private readonly emptyAt = new Map<string, number>()
  /** Walks round the keys and takes out the idle ones: two for each that comes in. */
  private hand: MapIterator<[string, number]>

  constructor(bounds: Bounds) {
    this.bounds = bounds
    this.hand = this.emptyAt.entries()
  }

  pace(rate: Rate): Pace {
    return new Pace(rate, this.bounds.cells)
  }

  /** Keys held by name. */
  get size(): number {
    return this.emptyAt.size
  }

  /**
   * Takes units, all or none.
   * @param key of this pace alone
   * @param now milliseconds of a monotonic clock, which has begun after 0
   * @returns 0 when they were there, else the milliseconds until they are
   */
  take(pace: Pace, key: string, now: number, cost = 1): number {
    const held = this.emptyAt.get(key)
    const at = held ?? pace.shared[this.cellOf(key)] ?? 0
    const next = (at > now ? at : now) + pace.interval * cost
    const wait = next - pace.tolerance - now
    if (wait > nothing) return wait
    if (held === undefined) this.enter(pace, key, next, now)
    else this.emptyAt.set(key, next)
    return 0
  }

  /** What `take` would answer. */
  wait(pace: Pace, key: string, now: number, cost = 1): number {
    const wait = this.ahead(pace, key, now) + pace.interval * cost - pace.tolerance
    return wait > nothing ? wait : 0
  }

  /** Units that are left. */
  left(pace: Pace, key: string, now: number): number {
    return Math.floor((pace.tolerance - this.ahead(pace, key, now)) / pace.interval + 1e-6)
  }

  /** Milliseconds until all units are there again. */
  ahead(pace: Pace, key: string, now: number): number {
    return Math.max(0, (this.emptyAt.get(key) ?? pace.shared[this.cellOf(key)] ?? 0) - now)
  }

  private enter(pace: Pace, key: string, next: number, now: number): void {
    this.forget(now)
    if (this.emptyAt.size < this.bounds.most) this.emptyAt.set(key, next)
    else pace.shared[this.cellOf(key)] = next
  }

  private forget(now: number): void {
    for (let i = 0; i < 2; i++) {
      const step = this.hand.next()
      if (step.done === true) {
        this.hand = this.emptyAt.entries()
        return
      }
      const [key, at] = step.value
      if (at <= now) this.emptyAt.delete(key)
    }
  }

  /** FNV-1a over the UTF-16 units, keyed. */
  private cellOf(key: string): number {
    let hash = this.bounds.seed | 0
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
    return (hash ^ (hash >>> 15)) & (this.bounds.cells - 1)
  }
}
