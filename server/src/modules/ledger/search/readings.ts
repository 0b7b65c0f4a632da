import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../../platform/clock.ts'
import type { Caller, RecordedEvent, Source, Uid, WorkContext } from '../../../platform/ports.ts'
import { createGroupCommit } from '../../../platform/group-commit.ts'

/** What somebody read. */
export interface Reading {
  /** `search`, `tail`, `facets`, `event`, `proof`, `pack`, `tile`, ... */
  readonly what: string
  /** where it is one thing */
  readonly resource?: Uid
  /** what was asked for, without what is personal: words and addresses as their tokens */
  readonly filter?: Readonly<Record<string, unknown>>
}

export interface Reader {
  readonly caller: Caller
  readonly source: Source
  readonly requestId: string
}

export interface Readings {
  /**
   * Writes down that somebody reads the log, before they get to see it. The same reading by the same reader is one event in ten
   * minutes, which the next one counts: else following the log would fill it with its own following.
   * @throws when it cannot be recorded: then nothing may be shown
   */
  record(reader: Reader, reading: Reading): Promise<void>
  /** Writes down what was only counted. */
  stop(): Promise<void>
}

export interface ReadingEntry {
  readonly event: RecordedEvent
  readonly context: WorkContext
}

export interface ReadingDeps {
  readonly clock: Clock
  /** Records events in one transaction of the tenant. */
  readonly record: (tenant: string, entries: readonly ReadingEntry[]) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** Milliseconds in which the same reading is one event. */
const window = 600_000
const sweepEvery = 60_000
/** Readers and readings that are remembered; one that is forgotten is an event of its own. */
const most = 10_000
const ofOneTransaction = 100

interface Known {
  readonly until: number
  readonly entry: ReadingEntry
  /** readings that no event has told yet */
  untold: number
  /** the first of them all is being recorded */
  readonly recorded: Promise<void>
}

export function createReadings({ clock, record, onError }: ReadingDeps): Readings {
  const commit = createGroupCommit<ReadingEntry>(async (entries) => {
    for (const [tenant, own] of Map.groupBy(entries, ({ context }) => context.tenant)) await record(tenant, own)
  }, ofOneTransaction)
  const told = new Set<Promise<void>>()
  const known = new LRUCache<string, Known>({ max: most, dispose: (one) => tellLate(one) })

  /** What was counted and never told by a next one. */
  function tellLate({ entry, untold }: Known): void {
    if (untold === 0) return
    const { event, context } = entry
    const summary = { ...event, data: { ...event.data, reads: untold, summary: true } }
    const done = commit({ event: summary, context }).catch(onError)
    told.add(done)
    void done.finally(() => told.delete(done))
  }

  function sweep(): void {
    const now = clock.now().getTime()
    // Deleting disposes, and that tells.
    for (const [key, { until }] of Array.from(known.entries())) if (until <= now) known.delete(key)
  }
  const timer = setInterval(sweep, sweepEvery).unref()

  return {
    async record({ caller, source, requestId }, reading) {
      const now = clock.now().getTime()
      const key = keyOf(caller, reading)
      const before = known.get(key)
      if (before !== undefined && before.until > now) {
        await before.recorded
        before.untold += 1
        return
      }
      const untold = before?.untold ?? 0
      if (before !== undefined) before.untold = 0
      const entry: ReadingEntry = {
        event: {
          kind: 'log.read',
          resource: reading.resource ?? { type: 'Log', id: 'events' },
          data: { what: reading.what, ...(reading.filter && { filter: reading.filter }), reads: 1 + untold },
        },
        context: { tenant: caller.tenant, actor: { ...caller.principal, name: caller.name }, source, requestId },
      }
      const recorded = commit(entry)
      recorded.catch(() => known.delete(key))
      known.set(key, { until: now + window, entry, untold: 0, recorded })
      await recorded
    },
    async stop() {
      clearInterval(timer)
      known.clear()
      await Promise.all(told)
    },
  }
}

function keyOf({ tenant, principal, credential, session }: Caller, { what, resource, filter }: Reading): string {
  const parts = [tenant, principal.type, principal.id, credential, session?.id, what, resource, filter]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}
