import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import { sinkErrors } from './errors.ts'
import { requireSink, showSink } from './list.ts'
import { deleteSink, readHeadSize, updateSink } from './store/sinks.ts'
import type { SinkView } from './wire.ts'

/** Stops deliveries; the cursor stays where it is. */
export function pauseSink(work: Work, id: string, now: Date): Promise<Outcome<SinkView>> {
  return setState(work, id, 'paused', now)
}

/** Goes on where the cursor is, also for a webhook whose receiver had said that it is gone. */
export function resumeSink(work: Work, id: string, now: Date): Promise<Outcome<SinkView>> {
  return setState(work, id, 'active', now)
}

function setState(work: Work, id: string, state: 'active' | 'paused', now: Date): Promise<Outcome<SinkView>> {
  return work(async (tx) => {
    const sink = await requireSink(tx, id, true)
    if (!sink.ok) return sink
    const { name, cursor, state: before } = sink.value
    await updateSink(tx, id, { state }, now)
    const kind = state === 'active' ? 'sink.resumed' : 'sink.paused'
    await tx.record({ kind, resource: { type: 'Sink', id }, data: { name, cursor, before } })
    return ok(await showSink(tx, id, now))
  })
}

/**
 * Sets the cursor to a place: what lies above it is delivered next. Back, and events are sent again; forward, and those in
 * between are not sent. Either is somebody's decision, and the event says whose.
 */
export function rewindSink(work: Work, id: string, seq: number, now: Date): Promise<Outcome<SinkView>> {
  return work(async (tx) => {
    const sink = await requireSink(tx, id, true)
    if (!sink.ok) return sink
    const head = await readHeadSize(tx)
    if (seq > head) return refuse(sinkErrors.sink_place_beyond, { head, seq })
    const { name, cursor } = sink.value
    await updateSink(tx, id, { cursor: seq }, now)
    const data = { name, from: cursor, to: seq, effect: seq < cursor ? 'repeats' : 'skips' }
    await tx.record({ kind: 'sink.rewound', resource: { type: 'Sink', id }, data })
    return ok(await showSink(tx, id, now))
  })
}

export function removeSink(work: Work, id: string): Promise<Outcome<{ id: string }>> {
  return work(async (tx) => {
    const sink = await requireSink(tx, id, true)
    if (!sink.ok) return sink
    const { name, kind, cursor } = sink.value
    await deleteSink(tx, id)
    await tx.record({ kind: 'sink.deleted', resource: { type: 'Sink', id }, data: { name, kind, cursor } })
    return ok({ id })
  })
}
