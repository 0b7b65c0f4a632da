/** Chooses which ones of many to keep, each with the same probability, whatever they are. */
export interface Sampler {
  /** Whether this one is kept. */
  take(): boolean
  readonly rate: number
}

/**
 * Draws how many to skip instead of drawing for each: the gaps of independent draws are geometrically distributed, so the choice is the same
 * and a call costs a subtraction. Nobody who does not see the draws can foresee which one is kept.
 * @param rate probability, from 0 (none) to 1 (all)
 * @param random so many unpredictable bytes
 */
export function createSampler(rate: number, random: (bytes: number) => Uint8Array): Sampler {
  if (!(rate > 0)) return { rate: 0, take: () => false }
  if (rate >= 1) return { rate: 1, take: () => true }
  const skipped = Math.log1p(-rate)
  let left = gap()
  function gap(): number {
    const bytes = random(6)
    let number = 0
    for (let at = 0; at < 6; at += 1) number = number * 256 + (bytes[at] ?? 0)
    // Uniform in (0, 1): neither end, whose logarithm would be none.
    return Math.floor(Math.log((number + 0.5) / 2 ** 48) / skipped)
  }
  return {
    rate,
    take: () => {
      if (left > 0) {
        left -= 1
        return false
      }
      left = gap()
      return true
    },
  }
}
