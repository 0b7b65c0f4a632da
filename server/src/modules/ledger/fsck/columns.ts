import type { ReadRow } from '../store/read.ts'
import type { StoredEvent } from '../stored.ts'

/** @returns which column of an event contradicts its document, in a sentence; null when none does */
export function columnProblem(row: ReadRow, { view, document }: StoredEvent): string | null {
  const expected: Readonly<Record<string, unknown>> = {
    time: Date.parse(view.time),
    kind: view.kind,
    class_uid: document.class_uid,
    severity_id: document.severity_id,
    outcome: view.outcome,
    actor_type: view.actor?.type ?? null,
    actor_id: view.actor?.id ?? null,
    resource_type: view.resource?.type ?? null,
    resource_id: view.resource?.id ?? null,
    application: view.application,
    reason: view.reason,
    request_id: view.requestId,
  }
  const actual: Readonly<Record<string, unknown>> = { ...row, time: row.time.getTime() }
  const wrong = Object.keys(expected).filter((name) => actual[name] !== expected[name])
  return wrong.length === 0 ? null : `The event says something else than its columns: ${wrong.join(', ')}.`
}
