import { setTimeout as sleep } from 'node:timers/promises'
import { segment, type Api } from '../api/client.ts'
import { unless } from '../api/ensure.ts'
import type { FindEvent, LedgerEvent } from './report.ts'

/** Edges ship their events in batches: one may arrive a little after the answer that named it. */
const PATIENCE = 8000 // milliseconds

export function eventFinder(api: Api): FindEvent {
  return async (id) => {
    const deadline = performance.now() + PATIENCE
    for (;;) {
      const found = await unless(404, api.get<{ event: LedgerEvent }>(`/events/${segment(id)}`))
      if (found !== undefined) {
        const { event } = found
        return { id: event.id, kind: event.kind, outcome: event.outcome, reason: event.reason }
      }
      if (performance.now() > deadline) return null
      await sleep(200)
    }
  }
}
