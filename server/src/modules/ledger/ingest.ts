import { completeEvent, type EdgeEvent, type UnsequencedEvent } from '@holdfast/events'
import { addSeconds, type Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/work.ts'
import type { Uid } from '../../platform/ports.ts'
import { insertEvents } from './store.ts'

/** How far the clock of an edge may be ahead, and how long it may have kept an event while it could not reach us. */
const aheadSeconds = 5 * 60
const behindSeconds = 30 * 24 * 3600

export type Ingest = (
  tx: Pick<Tx, 'tenant' | 'kysely'>,
  events: readonly EdgeEvent[],
  /** the service that shipped them: what an edge says is kept apart from what the control plane saw */
  reporter: Uid,
) => Promise<number>

/**
 * Takes in events that edges made, under the ids that they made: sent twice they are one event, and an id that another
 * tenant has too is another event. Each names its reporter in `data.reportedBy`; a time that cannot be is replaced by
 * ours, and kept as `data.claimedTime`. One of the control plane's own kinds becomes `reported.` and that kind: whoever
 * reads or counts `session.started` finds what the control plane saw, not what an application says.
 * @returns how many were new
 */
export function createIngest(clock: Clock, written: () => void, ownKinds: ReadonlySet<string>): Ingest {
  return async (tx, events, reporter) => {
    if (events.length === 0) return 0
    const now = clock.now()
    const inserted = await insertEvents(
      tx,
      events.map((event) => accept(ownKinds.has(event.kind) ? renamed(event) : event, reporter, now)),
    )
    if (inserted > 0) written()
    return inserted
  }
}

function renamed(event: EdgeEvent): EdgeEvent {
  return { ...event, kind: `reported.${event.kind}` }
}

function accept(event: EdgeEvent, reporter: Uid, now: Date): UnsequencedEvent {
  const claimed = new Date(event.time)
  const possible = claimed <= addSeconds(now, aheadSeconds) && claimed >= addSeconds(now, -behindSeconds)
  const { id, time, source, requestId, application, data, ...rest } = event
  const added = { reportedBy: { type: reporter.type, id: reporter.id }, ...(!possible && { claimedTime: time }) }
  const stamp = { id, time: possible ? claimed : now, source, requestId, application }
  const complete = completeEvent({ ...rest, application, data }, stamp)
  // Added after the bounds were applied, so that the largest event still says who reported it.
  return { ...complete, data: { ...complete.data, ...added } }
}
