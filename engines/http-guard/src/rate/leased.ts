/** What was lent of a budget that several processes share. */
interface Lent {
  units: number
  /** Milliseconds of the monotonic clock after which what is left is nobody's. */
  until: number
  /** Asking again before is of no use. */
  emptyUntil: number
  /** What was asked for last. */
  asked: number
  /** Units left with the keeper then, and the time at which all are there again. */
  left: number
  fullAt: number
}

/** An answer of whoever keeps the budget. */
export interface Grant {
  /** May be fewer than asked for. */
  readonly units: number
  /** For which they may be used. */
  readonly forMs: number
  /** When none: until there may be some again. */
  readonly waitMs: number
  /** Units left with the keeper. */
  readonly left: number
  /** Until all units are there again. */
  readonly fullInMs: number
}

const mostKeys = 20_000

/**
 * This process's part of shared budgets. The keeper never lends more than there is, and what is not used in time is lost, so that all
 * processes together never let more through than the budget; a key that is busy asks for more at a time.
 */
export class LeasedUnits {
  private readonly lent = new Map<string, Lent>()
  /** Units in one lease. */
  private readonly most: number

  constructor(most: number) {
    this.most = Math.max(1, most)
  }

  /** @returns 0 when taken, the milliseconds to wait when the keeper has said that there are none, or null: ask the keeper */
  take(key: string, now: number, cost: number): number | null {
    const lent = this.lent.get(key)
    if (lent === undefined) return null
    if (lent.units >= cost && now < lent.until) {
      lent.units -= cost
      return 0
    }
    return now < lent.emptyUntil ? lent.emptyUntil - now : null
  }

  /** How many to ask for: twice what was used up in time, otherwise what is needed. */
  ask(key: string, now: number, cost: number): number {
    const lent = this.lent.get(key)
    const before = lent !== undefined && now < lent.until ? lent.asked * 2 : 1
    return Math.max(cost, Math.min(before, this.most))
  }

  granted(key: string, now: number, asked: number, { units, forMs, waitMs, left: keeps, fullInMs }: Grant): void {
    const before = this.lent.get(key)
    const left = before !== undefined && now < before.until ? before.units : 0
    const emptyUntil = units === 0 ? now + waitMs : 0
    this.lent.delete(key)
    if (this.lent.size >= mostKeys) this.forget(now)
    this.lent.set(key, {
      units: left + units,
      until: now + forMs,
      emptyUntil,
      asked,
      left: keeps,
      fullAt: now + fullInMs,
    })
  }

  /** What is left of the budget, as far as it is known here; null for a key that nothing is known of. */
  state(key: string, now: number): { readonly left: number; readonly ahead: number } | null {
    const lent = this.lent.get(key)
    if (lent === undefined) return null
    return { left: lent.left + (now < lent.until ? lent.units : 0), ahead: Math.max(0, lent.fullAt - now) }
  }

  /** The idle ones first; else whoever was lent longest ago, whose units are lost. */
  private forget(now: number): void {
    for (const [key, { until, emptyUntil }] of this.lent) if (until <= now && emptyUntil <= now) this.lent.delete(key)
    const [oldest] = this.lent.keys()
    if (oldest !== undefined && this.lent.size >= mostKeys) this.lent.delete(oldest)
  }
}
