/** Something under way that has an end: an exchange with an upstream, or an open WebSocket. */
export interface Running {
  /** Id of the session on which it was let through, or null. */
  readonly session: string | null
  /** Id of the access token on which it was let through, or null. */
  readonly token: string | null
  /** When the credential ends as far as is known: milliseconds since 1970, or null. Then it is asked for anew, and cut where it is over. */
  expiresAt: number | null
  readonly renew: Renew
  /** Milliseconds of the monotonic clock after which `overdue` is called. */
  readonly deadline: number
  /** An open WebSocket: it has no end of its own that could be waited for. */
  readonly endless: boolean
  /** `Active` notes in it where it keeps this one; -1 before. */
  slot: number
  /** Of an open WebSocket: the policies of now would let it through again. */
  stillPermitted?(): boolean
  overdue(): void
  /** Breaks it off at once. */
  cut(): void
}

/**
 * Asks anew for the end of a credential that has been reached: another request may have prolonged its session.
 * @returns milliseconds since 1970, or null when it is over
 */
export type Renew = () => Promise<number | null>

const sweepMs = 100

/**
 * All that is under way. One timer looks at all deadlines instead of several timers for every request; a deadline is met
 * within 100 ms.
 */
export class Active {
  /** No Set: its tables hold on to those that they have let go, and to the table that came after them, until the whole heap is swept. */
  private readonly running: Running[] = []
  private readonly timer: NodeJS.Timeout
  private readonly now: () => number
  private empty: (() => void) | null = null

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.now = now
    this.timer = setInterval(() => this.sweep(), sweepMs)
    this.timer.unref()
  }

  get size(): number {
    return this.running.length
  }

  add(one: Running): void {
    one.slot = this.running.push(one) - 1
  }

  delete(one: Running): void {
    const { running } = this
    if (running[one.slot] !== one) return
    const last = running.pop()
    if (last !== undefined && last !== one) {
      running[one.slot] = last
      last.slot = one.slot
    }
    one.slot = -1
    if (running.length === 0) this.empty?.()
  }

  /** Breaks off everything that was let through on this session, or this access token. */
  revoke(id: string): void {
    this.each((one) => {
      if (one.session === id || one.token === id) one.cut()
    })
  }

  cutTunnels(): void {
    this.each((one) => {
      if (one.endless) one.cut()
    })
  }

  /**
   * Those that were let through on a service's key, or on nothing: the feed does not name keys. Who may come in may have changed, and
   * whoever still may connects again.
   */
  cutTunnelsWithoutSession(): void {
    this.each((one) => {
      if (one.endless && one.session === null) one.cut()
    })
  }

  /** Those that the policies of now would not let through. */
  cutForbidden(): void {
    this.each((one) => {
      if (one.stillPermitted?.() === false) one.cut()
    })
  }

  cutAll(): void {
    this.each((one) => one.cut())
  }

  /** Resolves when nothing is under way any more; false when that took longer than `ms`. */
  async drained(ms: number): Promise<boolean> {
    if (this.running.length === 0) return true
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms)
      this.empty = () => {
        clearTimeout(timer)
        resolve(true)
      }
    })
  }

  close(): void {
    clearInterval(this.timer)
  }

  private sweep(): void {
    const monotonic = performance.now()
    const now = this.now()
    this.each((one) => {
      if (one.expiresAt !== null && now >= one.expiresAt) renew(one)
      else if (monotonic >= one.deadline) one.overdue()
    })
  }

  /** From the end: whoever ends on the way is followed by one that has been seen already. */
  private each(look: (one: Running) => void): void {
    for (let at = this.running.length - 1; at >= 0; at--) {
      const one = this.running[at]
      if (one !== undefined) look(one)
    }
  }
}

function renew(one: Running): void {
  one.expiresAt = null
  one.renew().then(
    (expiresAt) => {
      one.expiresAt = expiresAt
      if (expiresAt === null) one.cut()
    },
    () => one.cut(),
  )
}
