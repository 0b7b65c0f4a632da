/** What was lost because there was no room for it, or because it could not be written as it was. */
export interface Gap {
  readonly kind: string
  /** when the first and the last of them happened */
  readonly from: Date
  readonly to: Date
  readonly count: number
}

export interface Counters {
  /** taken in since the start of the process */
  readonly accepted: number
  /** written; gaps do not count */
  readonly recorded: number
  /** counted in gaps */
  readonly lost: number
  readonly waiting: number
}

export interface TelemetryBuffer<Entry> {
  /** Takes an entry, or counts it as lost when there is no room. Never waits and never throws. */
  add(entry: Entry): void
  counters(): Counters
  /** Writes what waits, for at most so many milliseconds. @returns how many entries were left */
  stop(milliseconds: number): Promise<number>
}

export interface BufferOptions<Entry> {
  /**
   * Writes entries in one transaction. An entry that is written twice must be one in the end: when nobody knows whether a
   * commit happened, it is tried again.
   * @throws whatever is transient; `Unwritable` when it will never be accepted as it is
   */
  readonly write: (entries: readonly Entry[]) => Promise<void>
  readonly kindOf: (entry: Entry) => string
  /** The entry that tells of a gap. */
  readonly gapEntry: (gap: Gap) => Entry
  readonly now: () => Date
  readonly onError: (error: unknown) => void
  /** entries that wait at most */
  readonly room: number
  /** entries of one transaction */
  readonly batch: number
  /** milliseconds that an entry waits for others */
  readonly delay: number
  /** milliseconds before a try after a failure: the first, doubled each time, up to the most */
  readonly pauses?: { readonly first: number; readonly most: number }
}

/** The entries of a batch are at fault, not the database. */
export class Unwritable extends Error {}

/**
 * A bounded buffer for what happens too often to be written one by one, and whose loss breaks nothing but must be known.
 * At least once: an entry leaves the buffer when it was written. What does not fit is counted, and told in the order of time
 * as soon as the way is free again.
 */
export function createBuffer<Entry>(options: BufferOptions<Entry>): TelemetryBuffer<Entry> {
  const { write, kindOf, gapEntry, now, onError, room, batch, delay, pauses = { first: 250, most: 10_000 } } = options
  let waiting: Entry[] = []
  /** How many of the first ones tell of gaps: they are no entries that somebody added. */
  let telling = 0
  const gaps = new Map<string, { from: Date; to: Date; count: number }>()
  let accepted = 0
  let recorded = 0
  let lost = 0
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> | undefined
  let stopped = false
  const cut = new AbortController()

  function lose(kind: string): void {
    const at = now()
    lost += 1
    const gap = gaps.get(kind)
    if (gap === undefined) gaps.set(kind, { from: at, to: at, count: 1 })
    else {
      gap.to = at
      gap.count += 1
    }
  }

  function tellGaps(): void {
    // One account of each kind at a time: the next is begun when the one before has arrived.
    if (telling > 0 || gaps.size === 0) return
    waiting = [...Array.from(gaps, ([kind, gap]) => gapEntry({ kind, ...gap })), ...waiting]
    telling = gaps.size
    gaps.clear()
  }

  /** Writes the first ones of what waits, in halves where something among them is at fault. What is done with has left. */
  async function writeFirst(count: number): Promise<void> {
    const entries = waiting.slice(0, count)
    const own = Math.min(telling, count)
    try {
      await write(entries)
      recorded += count - own
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error
      const [only] = entries
      if (count > 1 || only === undefined) {
        const half = Math.ceil(count / 2)
        await writeFirst(half)
        await writeFirst(count - half)
        return
      }
      onError(error)
      if (own === 0) lose(kindOf(only))
    }
    waiting = waiting.slice(count)
    telling -= own
  }

  async function drain(): Promise<void> {
    for (let failures = 0; (waiting.length > 0 || gaps.size > 0) && !cut.signal.aborted; ) {
      tellGaps()
      try {
        await writeFirst(Math.min(batch, waiting.length))
        failures = 0
      } catch (error) {
        if (failures === 0) onError(error)
        await pause(Math.min(pauses.first * 2 ** failures, pauses.most), cut.signal)
        failures += 1
      }
    }
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    flushing ??= drain().finally(() => {
      flushing = undefined
      if (waiting.length > 0 && !cut.signal.aborted) plan()
    })
  }

  function plan(): void {
    if (flushing !== undefined) return
    if (waiting.length >= batch || stopped) flush()
    else timer ??= setTimeout(flush, delay).unref()
  }

  return {
    add(entry) {
      accepted += 1
      if (stopped || waiting.length - telling >= room) return lose(kindOf(entry))
      waiting.push(entry)
      plan()
    },
    counters: () => ({ accepted, recorded, lost, waiting: waiting.length - telling }),
    async stop(milliseconds) {
      stopped = true
      const deadline = setTimeout(() => cut.abort(), milliseconds)
      flush()
      await flushing
      clearTimeout(deadline)
      cut.abort()
      return waiting.length - telling
    },
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
