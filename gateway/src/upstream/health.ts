import type { UpstreamSettings } from '@holdfast/http-guard'

/** What an upstream's state has become; `forMs` null: until a check succeeds. */
export type Change =
  | { readonly kind: 'out'; readonly why: string; readonly forMs: number | null }
  | { readonly kind: 'back' }

/** Answers in so many milliseconds are counted together, and so many must be there before their share of errors says anything. */
const windowMs = 10_000
const fewest = 20
/** Checks in a row that must fail. */
const mostMisses = 2

/**
 * Whether one upstream is fit to be asked, by what became of its requests and of the gateway's own checks. Times are milliseconds of
 * the monotonic clock.
 */
export class Health {
  /** Nothing should be sent to it. */
  out = false
  private until = 0
  private unwell = false
  private refused = 0
  private misses = 0
  private windowFrom = 0
  private answers = 0
  private errors = 0
  private times = 0
  private lastMs = 0

  /** No connection could be made. */
  unreachable(settings: UpstreamSettings, now: number): Change | null {
    const { eject } = settings
    if (eject === null || ++this.refused < eject.connects) return null
    return this.eject(eject, 'no connection could be made', now)
  }

  /**
   * An answer has begun, or there was none though the connection stood.
   * @param sparable others can do its work: an error that one client can cause must not take out all
   */
  answered(failed: boolean, settings: UpstreamSettings, sparable: () => boolean, now: number): Change | null {
    this.refused = 0
    const { eject } = settings
    if (eject === null) return null
    if (now - this.windowFrom >= windowMs) {
      this.windowFrom = now
      this.answers = 0
      this.errors = 0
    }
    this.answers++
    if (!failed) return null
    this.errors++
    if (this.answers < fewest || this.errors < eject.errorRate * this.answers || !sparable()) return null
    return this.eject(eject, `${this.errors} of ${this.answers} answers were errors`, now)
  }

  /** The gateway has asked by itself. @param problem null: all is well */
  checked(problem: string | null, now: number): Change | null {
    this.misses = problem === null ? 0 : this.misses + 1
    if (problem === null) {
      this.unwell = false
      return this.look(now)
    }
    if (this.misses < mostMisses || this.unwell) return null
    this.unwell = true
    if (this.out) return null
    this.out = true
    return { kind: 'out', why: `check: ${problem}`, forMs: null }
  }

  /** Checks are not made any more. */
  unchecked(now: number): Change | null {
    return this.checked(null, now)
  }

  /** The time for which it was out may be over. */
  look(now: number): Change | null {
    if (!this.out || this.unwell || now < this.until) return null
    this.out = false
    this.windowFrom = now
    this.answers = 0
    this.errors = 0
    return { kind: 'back' }
  }

  private eject(
    { seconds, mostSeconds, connects }: NonNullable<UpstreamSettings['eject']>,
    why: string,
    now: number,
  ): Change | null {
    // After it comes back, the first connection that cannot be made is enough.
    this.refused = connects - 1
    if (this.out) return null
    // It has been well for longer than it was out: what happened before does not count any more.
    if (now - this.until > Math.max(this.lastMs, windowMs)) this.times = 0
    this.lastMs = Math.min(seconds * 2 ** Math.min(this.times++, 20), mostSeconds) * 1000
    this.until = now + this.lastMs
    this.out = true
    return { kind: 'out', why, forMs: this.lastMs }
  }
}
