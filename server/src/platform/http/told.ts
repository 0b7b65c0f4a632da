import type { Limit, Limiter } from './limit.ts'

/** How many refusals a minute are an event each: of one address, and of all together. */
const ofOne: Limit = { per: 'address', count: 60, seconds: 60 }
const ofAll: Limit = { per: 'address', count: 1_200, seconds: 60 }

/** Decides which refusals are written down. */
export interface Told {
  /** @returns how many were not, since the last that was; undefined when this one is not either */
  next(address: string): number | undefined
}

/**
 * Whoever has no credential may not fill the ledger: of a flood the first are events, and the next event says how many
 * there were beside. They are refused all the same.
 */
export function createTold(limiter: Limiter, what = 'credential refused'): Told {
  let unrecorded = 0
  return {
    next(address) {
      const told = limiter.admit(`${what} ${address}`, ofOne) === 0 && limiter.admit(what, ofAll) === 0
      if (!told) {
        unrecorded += 1
        return undefined
      }
      const beside = unrecorded
      unrecorded = 0
      return beside
    },
  }
}
