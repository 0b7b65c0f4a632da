import { createHash } from 'node:crypto'
import { completeEvent, type UnsequencedEvent } from '@holdfast/events'
import { addSeconds, type Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/work.ts'
import type { Uid } from '../../platform/ports.ts'
import type { Describe } from './describe.ts'
import type { InsertEvents } from './insert.ts'
import type { DescribedEvent } from './stored.ts'

/** How far the clock of an edge may be ahead, and how long it may have kept an event while it could not reach us. */
const aheadSeconds = 5 * 60
// A day less than the 30 after which an event may be pruned: whoever ships one once more then does not bring its id back,
// which has its place in the log for ever.
const behindSeconds = 29 * 24 * 3600

/** Milliseconds for which an id that claims a time that cannot be is replaced by one and the same other. */
const idQuantum = 3_600_000

export type Ingest = (
  tx: Pick<Tx, 'tenant' | 'kysely'>,
  events: readonly UnsequencedEvent[],
  /** the service that shipped them: what an edge says is kept apart from what the control plane saw */
  reporter: Uid,
  /** what the n-th event is in OCSF, for one that came with a document of its own; undefined: as any other */
  describe?: (event: UnsequencedEvent, n: number) => DescribedEvent | undefined,
) => Promise<number>

export type PeopleAmong = (tx: Pick<Tx, 'tenant' | 'kysely'>, ids: readonly string[]) => Promise<ReadonlySet<string>>

export interface IngestDeps {
  readonly peopleAmong: PeopleAmong
  readonly clock: Clock
  readonly describe: Describe
  readonly insertEvents: InsertEvents
  /** called when something was inserted, though not yet committed */
  readonly written: (tx: Pick<Tx, 'kysely'>) => void
  /** the kinds that the control plane's modules record */
  readonly ownKinds: ReadonlySet<string>
}

/**
 * Takes in events that edges made, under the ids that they made: sent twice they are one event, and an id that another
 * tenant has too is another event. Each names its reporter in `data.reportedBy`; a time that cannot be is replaced by
 * ours, and kept as `data.claimedTime`, an id that holds such a time as `data.claimedId`. One of the control plane's own
 * kinds becomes `reported.` and that kind: whoever reads or counts `session.started` finds what the control plane saw, not
 * what an application says.
 * @returns how many were new
 */
export function createIngest(deps: IngestDeps): Ingest {
  const { clock, describe, insertEvents, written, ownKinds, peopleAmong } = deps
  return async (tx, events, reporter, foreign) => {
    if (events.length === 0) return 0
    const now = clock.now()
    const described = events.map((event, n) => {
      const accepted = accept(ownKinds.has(event.kind) ? renamed(event) : event, reporter, now)
      return foreign?.(accepted, n) ?? describe(accepted, tx.tenant, now)
    })
    // In one order: two who send the same events at once wait for each other, and never both.
    const ordered = described.toSorted((a, b) => (a.event.id < b.event.id ? -1 : Number(a.event.id > b.event.id)))
    const inserted = await insertEvents(tx, await ofKnownPeople(tx, ordered, peopleAmong))
    if (inserted > 0) written(tx)
    return inserted
  }
}

/**
 * What is said to be somebody's is closed under that person's key, so it must be somebody: else an edge could fill the table
 * of keys with people that it invents. What is of nobody we know stays with the rest of the event.
 */
async function ofKnownPeople(
  tx: Pick<Tx, 'tenant' | 'kysely'>,
  events: readonly DescribedEvent[],
  peopleAmong: PeopleAmong,
): Promise<readonly DescribedEvent[]> {
  const named = new Set(events.flatMap(({ personal }) => personal.flatMap(({ subject }) => subject ?? [])))
  if (named.size === 0) return events
  const prefix = 'Person/'
  const ids = [...named].filter((subject) => subject.startsWith(prefix)).map((subject) => subject.slice(prefix.length))
  const known = await peopleAmong(tx, ids)
  const isKnown = (subject: string | null) => subject !== null && known.has(subject.slice(prefix.length))
  return events.map((event) => ({
    ...event,
    personal: event.personal.map((field) => (isKnown(field.subject) ? field : { ...field, subject: null })),
  }))
}

function renamed(event: UnsequencedEvent): UnsequencedEvent {
  return { ...event, kind: `reported.${event.kind}` }
}

function accept(event: UnsequencedEvent, reporter: Uid, now: Date): UnsequencedEvent {
  const { id, time, source, requestId, application, data, ...rest } = event
  const claimed = new Date(time)
  const rightTime = isPossible(claimed, now)
  const rightId = isPossible(new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)), now)
  const added = {
    reportedBy: { type: reporter.type, id: reporter.id },
    ...(!rightTime && { claimedTime: time }),
    ...(!rightId && { claimedId: id }),
  }
  const stamp = {
    id: rightId ? id : timely(id, reporter, now),
    time: rightTime ? claimed : now,
    source,
    requestId,
    application,
  }
  const complete = completeEvent({ ...rest, application, data }, stamp)
  // Added after the bounds were applied, so that the largest event still says who reported it.
  return { ...complete, data: { ...complete.data, ...added } }
}

function isPossible(claimed: Date, now: Date): boolean {
  return claimed <= addSeconds(now, aheadSeconds) && claimed >= addSeconds(now, -behindSeconds)
}

/** A UUIDv7 of the current hour in place of one of another year: events are kept and searched by the time in their ids. */
function timely(id: string, reporter: Uid, now: Date): string {
  const bytes = createHash('sha256').update(`${reporter.type}/${reporter.id}/${id}`).digest().subarray(0, 16)
  bytes.writeUIntBE(Math.floor(now.getTime() / idQuantum) * idQuantum, 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
