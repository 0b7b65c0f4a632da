import type { SequenceBatch } from './sequence.ts'

export interface SequencerOptions {
  readonly batch: number
  readonly pollMilliseconds: number
  /** from one signed checkpoint to the next at least */
  readonly checkpointMilliseconds: number
  readonly onError: (error: unknown) => void
}

export interface Sequencer {
  start(): void
  /** Something was committed. */
  wake(): void
  /** Waits for the batch under way. */
  stop(): Promise<void>
}

/** Milliseconds to the next look after a failure: the database may be away for a while. */
const pause = 1000

/** Milliseconds from the commit of an event to the look for it: others commit meanwhile. */
const settle = 15

/** Milliseconds to the next look while another process is at it: it may have begun before ours was there. */
const after = 200

/** Milliseconds from a look that found many to the next: each costs as much as some events do, however many it finds. */
const apart = 100

/** How many are many. Whoever reads what they have just done is alone, and does not wait for others to commit. */
const many = 8

/**
 * Runs behind the writers. They do not NOTIFY: PostgreSQL lets transactions that did commit one after the other only,
 * and every change writes an event. Each process sequences what its own writers have committed, and looks by itself, seldom,
 * for what a process has written that ended before it did so.
 */
export function createSequencer(
  sequence: SequenceBatch,
  { batch, pollMilliseconds, checkpointMilliseconds, onError }: SequencerOptions,
): Sequencer {
  let timer: NodeJS.Timeout | undefined
  let due = Number.POSITIVE_INFINITY
  let rested = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined
  let active = false

  function plan(milliseconds: number): void {
    if (!active) return
    const at = performance.now() + milliseconds
    if (at >= due) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(() => {
      due = Number.POSITIVE_INFINITY
      if (running !== undefined) return soon()
      running = look(performance.now())
    }, milliseconds)
  }

  function soon(): void {
    plan(Math.max(settle, rested - performance.now()))
  }

  async function look(begun: number): Promise<void> {
    let next: number
    try {
      const { placed, wait } = await drain()
      next = wait
      if (placed >= many) rested = begun + apart
    } catch (error) {
      onError(error)
      next = pause
    }
    running = undefined
    plan(next)
  }

  /** @returns how many were placed, and milliseconds to the next look */
  async function drain(): Promise<{ placed: number; wait: number }> {
    for (let all = 0; ; ) {
      const placed = await sequence(batch)
      if (placed === 'busy') return { placed: all, wait: Math.min(after, pollMilliseconds) }
      all += placed
      // The end of what was placed may have come too early after the last checkpoint to be signed.
      if (placed < batch || !active)
        return { placed: all, wait: all > 0 ? Math.min(checkpointMilliseconds, pollMilliseconds) : pollMilliseconds }
    }
  }

  return {
    start() {
      active = true
      plan(0)
    },
    wake: soon,
    async stop() {
      active = false
      clearTimeout(timer)
      await running
    },
  }
}
