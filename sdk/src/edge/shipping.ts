import { EVENTS_MOST } from '@holdfast/bundle'
import type { EdgeEvent } from '@holdfast/events'
import { type EdgeApi, EdgeError } from './api.ts'
import { backoff, sleep, type Surroundings } from './surroundings.ts'

export interface Shipping {
  /**
   * Takes the event; it is on its way within 250 ms. When 10,000 wait already it is dropped and counted.
   * @param caused anybody can cause such events at will: at most 5,000 of them wait, so that they never take the room of the others
   */
  add(event: EdgeEvent, caused?: boolean): void
  /** Sends what waits, for at most so many milliseconds, and stops. */
  close(milliseconds: number): Promise<void>
}

export interface ShippingOptions {
  readonly api: Pick<EdgeApi, 'events'>
  readonly surroundings: Surroundings
  /** Makes the event that tells what was lost. */
  readonly droppedEvent: (gap: Gap, application: string) => EdgeEvent
}

/** What was lost of one application's events, for want of room or because the control plane would not have it. */
export interface Gap {
  readonly count: number
  /** Milliseconds since 1970: when the first and the last of them was lost. */
  readonly from: number
  readonly to: number
  /** How many of each kind; the kinds beyond the first twenty are counted as `other`. */
  readonly kinds: Readonly<Record<string, number>>
}

const MOST_WAITING = 10_000
const MOST_CAUSED = 5_000
const DELAY = 250
/** Kind of the notes that `droppedEvent` makes. */
const DROPPED = 'edge.events_dropped'
const MOST_KINDS = 20
const BACKOFF = { base: 250, most: 5_000 }

export function createShipping({ api, surroundings, droppedEvent }: ShippingOptions): Shipping {
  const { clock, random, onProblem } = surroundings
  const stop = new AbortController()
  let waiting: EdgeEvent[] = []
  /** Those among them that anybody can cause. */
  const causedWaiting = new Set<EdgeEvent>()
  const dropped = new Map<string, Gap>()
  let cancelTimer: (() => void) | null = null
  let sending: Promise<void> | null = null
  let closed = false

  function drop(event: EdgeEvent): void {
    const now = clock.now()
    const { count, from, kinds }: Gap = dropped.get(event.application) ?? { count: 0, from: now, to: now, kinds: {} }
    const known = Object.hasOwn(kinds, event.kind) || Object.keys(kinds).length < MOST_KINDS
    const kind = known ? event.kind : 'other'
    const counted = { ...kinds, [kind]: (kinds[kind] ?? 0) + 1 }
    dropped.set(event.application, { count: count + 1, from, to: now, kinds: counted })
  }

  /** The next events to send, the note of lost ones first. They leave the buffer only when they have arrived. */
  function nextBatch(): EdgeEvent[] {
    // While a note could not be delivered no other is made: an outage with losses would pile them up without bound.
    if (dropped.size > 0 && waiting[0]?.kind !== DROPPED) {
      const notes = Array.from(dropped, ([application, gap]) => droppedEvent(gap, application))
      dropped.clear()
      waiting = [...notes, ...waiting]
    }
    return waiting.slice(0, EVENTS_MOST)
  }

  /** Halves a batch that is refused for what is in it, until only the bad event is left out. */
  async function send(batch: readonly EdgeEvent[]): Promise<void> {
    try {
      await api.events({ events: batch }, stop.signal)
    } catch (error) {
      if (!(error instanceof EdgeError) || ![400, 413, 422].includes(error.status ?? 0)) throw error
      const [only] = batch
      if (batch.length === 1 && only !== undefined) {
        onProblem(new Error(`An event of kind ${only.kind} was refused: ${error.message}`))
        if (only.kind !== DROPPED) drop(only)
        return
      }
      const half = Math.ceil(batch.length / 2)
      await send(batch.slice(0, half))
      await send(batch.slice(half))
    }
  }

  async function sendAll(): Promise<void> {
    let failures = 0
    while ((waiting.length > 0 || dropped.size > 0) && !stop.signal.aborted) {
      const batch = nextBatch()
      try {
        await send(batch)
        waiting = waiting.slice(batch.length)
        for (const event of batch) causedWaiting.delete(event)
        failures = 0
      } catch (error) {
        if (stop.signal.aborted) return
        if (failures === 0) onProblem(error instanceof Error ? error : new Error(String(error)))
        await sleep(clock, backoff(failures, BACKOFF, random), stop.signal)
        failures += 1
      }
    }
  }

  function flush(): void {
    cancelTimer?.()
    cancelTimer = null
    sending ??= sendAll().finally(() => {
      sending = null
      // What came between the last look and now.
      if (waiting.length > 0 && !stop.signal.aborted) schedule()
    })
  }

  function schedule(): void {
    if (waiting.length >= EVENTS_MOST) flush()
    else cancelTimer ??= clock.after(DELAY, flush)
  }

  return {
    add: (event, caused = false) => {
      if (closed || waiting.length >= MOST_WAITING || (caused && causedWaiting.size >= MOST_CAUSED)) return drop(event)
      waiting.push(event)
      if (caused) causedWaiting.add(event)
      if (sending === null) schedule()
    },
    close: async (milliseconds) => {
      closed = true
      const cancel = clock.after(milliseconds, () => stop.abort())
      // The clock's timers keep no process alive; without this one a program that only waits for us would end in the middle.
      const awake = setInterval(() => {}, milliseconds)
      flush()
      await sending
      clearInterval(awake)
      cancel()
      stop.abort()
      const lost = waiting.length + [...dropped.values()].reduce((sum, { count }) => sum + count, 0)
      if (lost > 0) onProblem(new Error(`${lost} events could not be delivered before the end.`))
    },
  }
}
