import type { Clock } from './surroundings.ts'

/** Those who wait for an epoch. */
export interface Awaiting {
  /** @returns false when it was not told of within so many milliseconds */
  reached(epoch: number, within: number): Promise<boolean>
  tell(through: number): void
  close(): void
}

export function createAwaiting(clock: Clock): Awaiting {
  const waiting = new Map<(reached: boolean) => void, number>()
  return {
    reached: (epoch, within) => {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const end = (reached: boolean) => {
        waiting.delete(end)
        cancel()
        resolve(reached)
      }
      const cancel = clock.after(within, () => end(false))
      waiting.set(end, epoch)
      return promise
    },
    tell: (through) => {
      for (const [end, epoch] of waiting) if (through >= epoch) end(true)
    },
    close: () => {
      for (const end of waiting.keys()) end(false)
    },
  }
}
