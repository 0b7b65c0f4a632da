import { ZodError } from 'zod'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Read, Work } from '../../../platform/work.ts'
import { checkTarget } from './check.ts'
import { targetName } from './create.ts'
import type { SinkDeps } from './deps.ts'
import { sinkErrors } from './errors.ts'
import { requireSink, showSink } from './list.ts'
import { openTarget, targetOf } from './secrets.ts'
import type { Target } from './settings.ts'
import { updateSink } from './store/sinks.ts'
import type { SinkChanges, SinkView } from './wire.ts'

/** Changes what a sink is told. What was not acknowledged yet goes where it is told now. */
export async function changeSink(
  deps: SinkDeps,
  { read, work }: { readonly read: Read; readonly work: Work },
  id: string,
  changes: SinkChanges,
  now: Date,
): Promise<Outcome<SinkView>> {
  const present = await read(async (tx) => {
    const sink = await requireSink(tx, id)
    return sink.ok ? ok(await openTarget(tx, deps.column, sink.value)) : sink
  })
  if (!present.ok) return present
  const changed = changedTarget(present.value, changes)
  if (!changed.ok) return changed
  const { settings, secrets } = changed.value
  const checked = await checkTarget(changed.value, deps.surroundings)
  if (!checked.ok) return checked
  return work(async (tx) => {
    const sink = await requireSink(tx, id, true)
    if (!sink.ok) return sink
    const { filter, failedAfterSeconds } = changes
    const sealed = changes.secrets === undefined ? undefined : await deps.column.close(tx, id, JSON.stringify(secrets))
    await updateSink(
      tx,
      id,
      {
        ...(changes.settings !== undefined && { settings }),
        ...(sealed !== undefined && { secrets: sealed }),
        ...(filter !== undefined && { filter }),
        ...(failedAfterSeconds !== undefined && { failedAfterSeconds }),
      },
      now,
    )
    const { name, kind } = sink.value
    const data = {
      name,
      kind,
      changed: Object.keys(changes),
      target: targetName(settings),
      filter: filter ?? sink.value.filter,
    }
    await tx.record({ kind: 'sink.changed', resource: { type: 'Sink', id }, data })
    return ok(await showSink(tx, id, now))
  })
}

/** Whoever may say where a sink sends may not thereby learn what they were never shown. */
function takesHeadersElsewhere(present: Target, changed: Target): boolean {
  if (present.kind !== 'otlp' || changed.kind !== 'otlp') return false
  const moved = new URL(present.settings.url).origin !== new URL(changed.settings.url).origin
  return moved && Object.keys(present.secrets.headers).length > 0
}

/** Signing secrets are not taken from outside: they are rotated. */
function changedTarget(present: Target, { settings, secrets }: SinkChanges): Outcome<Target> {
  if (secrets !== undefined && (present.kind === 'webhook' || present.kind === 'file')) {
    return refuse(sinkErrors.sink_settings_invalid, { problem: `A ${present.kind} takes no secrets` })
  }
  try {
    const changed = targetOf(present.kind, settings ?? present.settings, secrets ?? present.secrets)
    if (secrets === undefined && takesHeadersElsewhere(present, changed)) {
      return refuse(sinkErrors.sink_settings_invalid, {
        problem: 'The headers were given for another server: give them again, or none',
      })
    }
    return ok(changed)
  } catch (error) {
    if (!(error instanceof ZodError)) throw error
    const problem = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
    return refuse(sinkErrors.sink_settings_invalid, { problem: problem.slice(0, 500) })
  }
}
