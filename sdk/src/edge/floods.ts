import type { Actor } from '@holdfast/events'
import { LRUCache } from 'lru-cache'
import type { EdgeRecord } from './client.ts'
import { networkOf } from './network.ts'
import type { Clock } from './surroundings.ts'

/** What more than who and why makes two refusals alike (the action that was refused); goes into the summary's data. */
export type Likeness = Readonly<Record<string, string>>

/** Keeps a flood of refusals from becoming a flood of events. Whoever is refused can be refused as often as they like. */
export interface Floods {
  /**
   * Records a refusal. After twenty in a minute of the same kind and reason for the same client and application, and after a thousand
   * of the same kind and reason for all clients together, it is only counted; one summary then says how many there were.
   * The client is the actor; where nobody is known, the address (of IPv6 the /64).
   * @returns id of the event, or of the last one that was recorded of a series that is being counted
   */
  tell(event: EdgeRecord, like?: Likeness): string
  /** Ends all series, with their summaries. */
  close(): void
}

export interface FloodsOptions {
  /** Ships an event. @returns its id */
  readonly record: (event: EdgeRecord) => string
  readonly clock: Clock
  /** The application under which the summary of all clients together is recorded. */
  readonly application: string
}

const WINDOW = 60_000
const SWEEP = 5_000
const MOST_PER_CLIENT = 20
const MOST_PER_REASON = 1_000
const MOST_CLIENTS = 10_000
const MOST_REASONS = 500

interface Series {
  /** Milliseconds since 1970. */
  readonly since: number
  readonly event: Pick<EdgeRecord, 'kind' | 'outcome' | 'reason' | 'application'>
  readonly actor: Actor | null
  readonly like: Likeness
  /** null when they were several. */
  address: string | null
  told: number
  untold: number
  lastId: string
}

export function createFloods({ record, clock, application }: FloodsOptions): Floods {
  // Two memories: many clients do not push out the count of all of them together, which bounds what many clients can do.
  const clients = new LRUCache<string, Series>({ max: MOST_CLIENTS, dispose: summarise })
  const reasons = new LRUCache<string, Series>({ max: MOST_REASONS, dispose: summarise })

  function summarise({ event, actor, like, address, told, untold, since, lastId }: Series): void {
    if (untold === 0) return
    const data = { ...like, summary: true, told, more: untold, since: new Date(since).toISOString(), last: lastId }
    record({ ...event, actor, source: { address, userAgent: null }, data })
  }

  const isOver = ({ since }: Series) => clock.now() - since >= WINDOW

  function find(memory: LRUCache<string, Series>, key: string): Series | undefined {
    const known = memory.get(key)
    if (known === undefined || !isOver(known)) return known
    memory.delete(key)
    return undefined
  }

  function begin(
    memory: LRUCache<string, Series>,
    key: string,
    about: Pick<Series, 'event' | 'actor' | 'address' | 'like'>,
  ) {
    const series: Series = { ...about, since: clock.now(), told: 0, untold: 0, lastId: '' }
    memory.set(key, series)
    return series
  }

  function sweep(): void {
    for (const memory of [clients, reasons])
      for (const [key, series] of Array.from(memory.entries())) if (isOver(series)) memory.delete(key)
    cancel = clock.after(SWEEP, sweep)
  }
  let cancel = clock.after(SWEEP, sweep)

  return {
    tell: (event, like = {}) => {
      const { kind, outcome, reason = null, actor = null, source } = event
      const address = source?.address ?? null
      const about = { kind, outcome, reason, application: event.application }
      const client = actor === null ? networkOf(address ?? '') : `${actor.type} ${actor.id}`
      const key = JSON.stringify([kind, reason, event.application, client, like])
      let own = find(clients, key)
      if (own !== undefined && own.told >= MOST_PER_CLIENT) return count(own, address)
      const common = `${kind} ${reason}`
      const all =
        find(reasons, common) ??
        begin(reasons, common, { event: { ...about, application }, actor: null, address: null, like: {} })
      // Before a series of its own is begun: no client's summary comes on top of what all clients together may cause.
      if (all.told >= MOST_PER_REASON) return count(all, null)
      own ??= begin(clients, key, { event: about, actor, address, like })
      if (own.address !== address) own.address = null
      const id = record(event)
      for (const series of [own, all]) {
        series.told += 1
        series.lastId = id
      }
      return id
    },
    close: () => {
      cancel()
      clients.clear()
      reasons.clear()
    },
  }
}

function count(series: Series, address: string | null): string {
  series.untold += 1
  if (series.address !== address) series.address = null
  return series.lastId
}
