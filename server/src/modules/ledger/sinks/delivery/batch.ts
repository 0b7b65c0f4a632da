import type { ReadEvents } from '../../read.ts'
import type { StoredEvent } from '../../stored.ts'
import type { Sink } from '../sink.ts'
import { type EntryRow, selectEntries } from '../store/delivery.ts'
import type { Db } from '../store/sinks.ts'
import type { Outgoing, OutgoingEvent } from '../transports/transport.ts'
import { isFor } from './filter.ts'

/** What is sent next. */
export interface Batch {
  /** in the order of the log; empty when nothing up to `upTo` is for the sink */
  readonly items: readonly Outgoing[]
  readonly upTo: number
}

export interface BatchBounds {
  /** places of the log that are looked at */
  readonly entries: number
  /** events */
  readonly events: number
  /** of all documents together as JSON; one document may be larger by itself */
  readonly bytes: number
}

/**
 * The batch above the cursor of a sink. While one is in flight it is that one, made of the same places again: what may
 * have arrived is repeated as it was, and not as part of something else.
 * @returns null when there is nothing above the cursor
 */
export async function readBatch(
  tx: Db,
  readEvents: ReadEvents,
  sink: Pick<Sink, 'cursor' | 'inFlight' | 'filter'>,
  bounds: BatchBounds,
): Promise<Batch | null> {
  const entries = await selectEntries(tx, sink.cursor, sink.inFlight, bounds.entries)
  const last = entries.at(-1)
  if (last === undefined) return null
  const { taken, upTo } = choose(entries, sink, bounds.events)
  const wanted = taken.filter((entry) => entry.kind !== null)
  const read = await readEvents(
    tx,
    wanted.map((entry) => entry.id),
  )
  const byId = new Map(read.map((event) => [event.id, event]))
  return cut(taken, byId, { upTo, bytes: bounds.bytes })
}

/** The entries that are for the sink, and those whose event is gone, of which nobody knows; as far as there is room. */
function choose(
  entries: readonly EntryRow[],
  { filter }: Pick<Sink, 'filter'>,
  most: number,
): { taken: EntryRow[]; upTo: number } {
  const taken: EntryRow[] = []
  let upTo = entries[0]?.seq ?? 0
  let events = 0
  for (const entry of entries) {
    const { kind, classUid, outcome } = entry
    if (kind === null || classUid === null || outcome === null) taken.push(entry)
    else if (isFor(filter, { kind, classUid, outcome })) {
      if (events === most) break
      events += 1
      taken.push(entry)
    }
    upTo = entry.seq
  }
  return { taken, upTo }
}

function cut(
  taken: readonly EntryRow[],
  events: ReadonlyMap<string, StoredEvent>,
  { upTo, bytes }: { readonly upTo: number; readonly bytes: number },
): Batch {
  const items: Outgoing[] = []
  let size = 0
  let place: number | undefined
  for (const entry of taken) {
    const stored = events.get(entry.id)
    const before = items.at(-1)
    if (stored !== undefined) {
      const item = outgoing(entry, stored)
      size += item.json.length
      if (size > bytes && place !== undefined) return { items, upTo: place }
      items.push(item)
    } else if (before?.is === 'gap') {
      items[items.length - 1] = { ...before, to: entry.seq, count: before.count + 1, time: entry.time }
    } else items.push({ is: 'gap', from: entry.seq, to: entry.seq, count: 1, time: entry.time })
    place = entry.seq
  }
  return { items, upTo }
}

function outgoing({ seq, id, time }: EntryRow, { view, document, problem }: StoredEvent): OutgoingEvent {
  const sent = {
    ...document,
    metadata: { ...document.metadata, sequence: seq },
    // An event that does not open is sent as what its columns say, and says so.
    ...(problem !== null && { unmapped: { ...document.unmapped, problem } }),
  }
  const { kind, outcome, requestId } = view
  return {
    is: 'event',
    seq,
    id,
    time,
    kind,
    outcome,
    severity: document.severity_id,
    requestId,
    document: sent,
    json: JSON.stringify(sent),
  }
}
