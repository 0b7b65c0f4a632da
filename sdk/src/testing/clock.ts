import { type Clock, systemClock } from '../edge/index.ts'

/** Real time and real timers, but what they say can be moved. */
export function movableClock(): Clock & { move(milliseconds: number): void } {
  let offset = 0
  return {
    now: () => Date.now() + offset,
    monotonic: () => performance.now() + offset,
    after: (milliseconds, call) => systemClock.after(milliseconds, call),
    move: (milliseconds) => {
      offset += milliseconds
    },
  }
}

/** Real timers, but time itself passes by `move` alone, however slow the machine is. */
export function standingClock(): ReturnType<typeof movableClock> {
  let now = Math.floor(Date.now() / 1000) * 1000
  const start = now
  return {
    now: () => now,
    monotonic: () => now - start,
    after: (milliseconds, call) => systemClock.after(milliseconds, call),
    move: (milliseconds) => {
      now += milliseconds
    },
  }
}
