import type { Database } from '../../platform/database/database.ts'

/** Wakes long polls. It only says "look again": what is new is always read from the database. */
export interface Hub {
  /** Resolves at the next news, after so many seconds, or when the signal is aborted. */
  wait(seconds: number, signal: AbortSignal): Promise<void>
  close(): void
}

export function createHub(database: Database, channel: string): Hub {
  let waiting = new Set<() => void>()
  const unlisten = database.listen(channel, () => {
    const woken = waiting
    waiting = new Set()
    for (const wake of woken) wake()
  })
  return {
    wait: (seconds, signal) =>
      new Promise((resolve) => {
        const done = () => {
          waiting.delete(done)
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, seconds * 1000)
        signal.addEventListener('abort', done, { once: true })
        waiting.add(done)
        if (signal.aborted) done()
      }),
    close: () => unlisten(),
  }
}
