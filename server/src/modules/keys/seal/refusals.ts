/** What was tried in vain while sealed, counted: nothing can be recorded before the keys are there. */
export interface RefusedAttempts {
  readonly reason: string
  readonly address: string | null
  readonly count: number
  readonly first: Date
  readonly last: Date
}

/** Bounded: addresses beyond these are counted together, as one that is not known. */
const mostAddresses = 50

export interface Refusals {
  note(reason: string, address: string | null, now: Date): void
  /** What was noted since the last call. */
  take(): readonly RefusedAttempts[]
}

export function createRefusals(): Refusals {
  const counted = new Map<string, RefusedAttempts>()
  return {
    note(reason, address, now) {
      const known = counted.has(`${reason} ${address}`) || counted.size < mostAddresses
      const from = known ? address : null
      const key = `${reason} ${from}`
      const before = counted.get(key)
      const first = before?.first ?? now
      counted.set(key, { reason, address: from, count: (before?.count ?? 0) + 1, first, last: now })
    },
    take() {
      const all = [...counted.values()]
      counted.clear()
      return all
    },
  }
}
