import type { SequenceBatch } from './sequence.ts'

export interface SequencerOptions {
  readonly batch: number
  readonly pollMilliseconds: number
  readonly onError: (error: unknown) => void
}

export interface Sequencer {
  start(): void
  /** Something was written, and will be committed in a moment. */
  wake(): void
  /** Waits for the batch under way. */
  stop(): Promise<void>
}

/** Milliseconds to the next look after a failure: the database may be away for a while. */
const pause = 1000

/** Milliseconds from the insertion of an event to the look for it: most transactions have committed by then. */
const settle = 15

/** Milliseconds from one look to the next: each costs as much as some events do, however many it finds. */
const apart = 100

/**
 * Runs behind the writers. They do not NOTIFY: PostgreSQL lets transactions that did commit one after the other only,
 * and every change writes an event. Each process sequences what its own writers told it of, and looks by itself for
 * what committed late or was written by others.
 */
export function createSequencer(
  sequence: SequenceBatch,
  { batch, pollMilliseconds, onError }: SequencerOptions,
): Sequencer {
  let timer: NodeJS.Timeout | undefined
  let due = Number.POSITIVE_INFINITY
  let looked = Number.NEGATIVE_INFINITY
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
      looked = performance.now()
      running = look()
    }, milliseconds)
  }

  function soon(): void {
    plan(Math.max(settle, looked + apart - performance.now()))
  }

  async function look(): Promise<void> {
    let next = pollMilliseconds
    try {
      await drain()
    } catch (error) {
      onError(error)
      next = pause
    }
    running = undefined
    plan(next)
  }

  async function drain(): Promise<void> {
    for (;;) {
      const placed = await sequence(batch)
      if (placed === 'busy' || placed < batch || !active) return
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
