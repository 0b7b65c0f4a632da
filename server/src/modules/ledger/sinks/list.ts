import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Read } from '../../../platform/work.ts'
import { sinkErrors } from './errors.ts'
import type { Sink } from './sink.ts'
import { type Db, findSink, readBehind, readHeadSize, selectSinks } from './store/sinks.ts'
import { type SinkView, viewSink } from './wire.ts'
import { uuid } from '../../../platform/uuid.ts'

/** All sinks, each with how far behind it is at this moment. */
export async function listSinks(read: Read, now: Date): Promise<Outcome<{ items: SinkView[] }>> {
  return read(async (tx) => {
    const head = await readHeadSize(tx)
    const items: SinkView[] = []
    for (const sink of await selectSinks(tx)) {
      items.push(viewSink(sink, { head, behind: await readBehind(tx, sink.cursor), now }))
    }
    return ok({ items })
  })
}

/** @param lock to change it */
export async function requireSink(tx: Db, id: string, lock = false): Promise<Outcome<Sink>> {
  const sink = uuid.test(id) ? await findSink(tx, id, lock) : undefined
  return sink === undefined ? refuse(sinkErrors.sink_not_found, { sink: id.slice(0, 64) }) : ok(sink)
}

/** A sink that is known to be there, as it is shown. */
export async function showSink(tx: Db, id: string, now: Date): Promise<SinkView> {
  const sink = await findSink(tx, id)
  if (sink === undefined) throw new Error('the sink is gone')
  return viewSink(sink, { head: await readHeadSize(tx), behind: await readBehind(tx, sink.cursor), now })
}
