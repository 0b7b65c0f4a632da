/** A share of time: what is done beside the real work may take so much of it and no more. */
export interface Budget {
  /** Whether there is time left. */
  has(): boolean
  /** Takes milliseconds from it; more than there is left is owed. */
  spend(milliseconds: number): void
}

/**
 * @param share of the time that goes by, as 0.02
 * @param most milliseconds that can be saved up
 * @param now milliseconds of a clock that only goes forward
 */
export function createBudget(share: number, most: number, now: () => number): Budget {
  let left = most
  let last = now()
  return {
    has: () => {
      if (left > 0) return true
      const moment = now()
      left = Math.min(most, left + (moment - last) * share)
      last = moment
      return left > 0
    },
    spend: (milliseconds) => {
      left -= milliseconds
    },
  }
}
