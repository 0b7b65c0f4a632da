import type { Database } from '../../platform/database/database.ts'
import { epochsOf } from './store/edges.ts'

/** One long poll that waits. */
export interface Waiter {
  /** What its look has seen; a tenant that is found to be further ends the wait. */
  saw(epoch: number): void
  /** Resolves at news, after the time given, or when the signal is aborted. */
  readonly news: Promise<void>
  cancel(): void
}

/** Wakes long polls. It only says "look again": what is new is always read from the database. */
export interface Hub {
  wait(tenant: string, seconds: number, signal: AbortSignal): Waiter
  close(): void
}

interface Waiting {
  readonly tenant: string
  seen: number | undefined
  readonly wake: () => void
}

/** Milliseconds between two looks of its own; so that replicas do not look in step, up to a fifth more or less. */
const everyMs = 1000
const jitter = 0.2

/**
 * A NOTIFY wakes at once. It is not relied on, since LISTEN may be dead without a word, or lie behind a pooler that keeps
 * notifications to itself: one look a second serves every poll of this process.
 * @param jittered a number from 0 to 1
 */
export function createHub(database: Database, channel: string, jittered: () => number): Hub {
  const waiting = new Set<Waiting>()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const unlisten = database.listen(channel, () => {
    for (const { wake } of waiting) wake()
  })

  async function look(): Promise<void> {
    const tenants = [...new Set(Array.from(waiting, ({ tenant }) => tenant))]
    // While the database is away nothing is news; polls end by themselves, and fail then.
    const epochs = await database.asSystem((tx) => epochsOf(tx, tenants)).catch(() => new Map<string, number>())
    for (const { tenant, seen, wake } of waiting) {
      const epoch = epochs.get(tenant)
      if (seen !== undefined && epoch !== undefined && epoch !== seen) wake()
    }
  }

  function schedule(): void {
    if (closed || timer !== undefined || waiting.size === 0) return
    timer = setTimeout(
      () => {
        void look().finally(() => {
          timer = undefined
          schedule()
        })
      },
      everyMs * (1 - jitter + 2 * jitter * jittered()),
    )
    timer.unref()
  }

  return {
    wait(tenant, seconds, signal) {
      const { promise: news, resolve } = Promise.withResolvers<void>()
      const end = () => {
        waiting.delete(one)
        clearTimeout(over)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const one: Waiting = { tenant, seen: undefined, wake: end }
      const over = setTimeout(end, seconds * 1000)
      signal.addEventListener('abort', end, { once: true })
      waiting.add(one)
      schedule()
      if (signal.aborted) end()
      return {
        saw: (epoch) => {
          one.seen = epoch
        },
        news,
        cancel: end,
      }
    },
    close() {
      closed = true
      clearTimeout(timer)
      unlisten()
    },
  }
}
