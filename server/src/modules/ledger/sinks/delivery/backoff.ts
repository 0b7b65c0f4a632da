export interface Backoff {
  /** of the first attempt after a failure, seconds */
  readonly first: number
  readonly longest: number
}

/**
 * Seconds to the next attempt: each wait up to twice the one before. Between half and the whole of it by chance, so that
 * many sinks of one receiver do not come back at once.
 * @param failures in a row, this one included
 * @param chance 0 to 1
 */
export function backoff({ first, longest }: Backoff, failures: number, chance: number): number {
  const whole = Math.min(longest, first * 2 ** Math.min(failures - 1, 30))
  return whole * (0.5 + chance / 2)
}
