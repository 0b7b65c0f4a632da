import { randomBytes } from 'node:crypto'

/** The clock and its timers. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds since some moment, of a clock that nobody sets: a lease is counted on it as well. */
  monotonic(): number
  /** Calls back once, after so many milliseconds; does not keep the process alive. @returns cancels it */
  after(milliseconds: number, call: () => void): () => void
}

/** What the edge needs of the world; tests give their own. */
export interface Surroundings {
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  /** So many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** Told of what went wrong in the background and will be tried again, once per change. */
  readonly onProblem: (problem: Error) => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

export function surroundings(given: Partial<Surroundings>): Surroundings {
  return {
    fetch: given.fetch ?? globalThis.fetch,
    clock: given.clock ?? systemClock,
    random: given.random ?? randomBytes,
    onProblem: given.onProblem ?? ((problem) => process.emitWarning(`Holdfast: ${problem.message}`, 'HoldfastWarning')),
  }
}

/** Waits, or ends at once when the signal is given. Never rejects. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(milliseconds, end)
    signal.addEventListener('abort', end)
  })
}

/** Exponential backoff with full jitter: up to base x 2^attempt, at most `most`, at least a quarter of that. */
export function backoff(
  attempt: number,
  { base, most }: { base: number; most: number },
  random: Surroundings['random'],
) {
  const ceiling = Math.min(most, base * 2 ** Math.min(attempt, 16))
  const [high = 0, low = 0] = random(2)
  return ceiling * (0.25 + (0.75 * (high * 256 + low)) / 65_536)
}
