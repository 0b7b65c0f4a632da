import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import { newSigningSecret } from './create.ts'
import type { SinkDeps } from './deps.ts'
import { sinkErrors } from './errors.ts'
import { requireSink } from './list.ts'
import { openTarget } from './secrets.ts'
import { updateSink } from './store/sinks.ts'

/**
 * Gives a webhook a new signing secret. For a while each message is signed with the old one as well, so that the receiver
 * may change over when it likes; of secrets older than that one none is left.
 */
export function rotateSecret(
  deps: SinkDeps,
  work: Work,
  id: string,
  overlapHours: number,
  now: Date,
): Promise<Outcome<{ secret: string; oldUntil: string }>> {
  return work(async (tx) => {
    const sink = await requireSink(tx, id, true)
    if (!sink.ok) return sink
    const target = await openTarget(tx, deps.column, sink.value)
    if (target.kind !== 'webhook') return refuse(sinkErrors.sink_not_webhook, { sink: sink.value.name })
    const secret = newSigningSecret(deps.random)
    const oldUntil = addSeconds(now, overlapHours * 3600).toISOString()
    const [newest] = target.secrets.signing
    const signing = [
      { secret, until: null },
      ...(newest === undefined ? [] : [{ secret: newest.secret, until: oldUntil }]),
    ]
    await updateSink(tx, id, { secrets: await deps.column.close(tx, id, JSON.stringify({ signing })) }, now)
    const data = { name: sink.value.name, oldUntil }
    await tx.record({ kind: 'sink.secret_rotated', resource: { type: 'Sink', id }, data })
    return ok({ secret, oldUntil })
  })
}
