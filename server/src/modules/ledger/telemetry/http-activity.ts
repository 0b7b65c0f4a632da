import { completeEvent, type UnsequencedEvent } from '@holdfast/events'
import type { Clock } from '../../../platform/clock.ts'
import type { SeenRequest } from '../../../platform/http/server.ts'
import type { Told } from '../../../platform/http/told.ts'
import type { Random } from '../../../platform/random.ts'
import type { TelemetryConfig } from './config.ts'

export interface HttpActivityDeps {
  readonly mode: TelemetryConfig['httpActivity']
  readonly clock: Clock
  readonly random: Random
  /** of a flood of refusals only the first are events */
  readonly told: Told
  readonly add: (event: UnsequencedEvent, tenant: string | null) => void
}

/** Asked by machines every few seconds. */
const unseen = new Set(['/healthz', '/readyz', '/metrics'])

/**
 * Makes events of requests to the control plane itself. Those that were refused and left an event already (a denied access, a
 * credential that does not hold) are not told twice; those that anybody can cause do not fill the log.
 */
export function createHttpActivity({ mode, clock, random, told, add }: HttpActivityDeps): (seen: SeenRequest) => void {
  return (seen) => {
    const refused = seen.status >= 400
    if (mode === 'none' || (mode === 'refused' && (!refused || seen.eventId !== undefined))) return
    if (unseen.has(seen.path)) return
    const unrecorded = refused ? told.next(seen.source.address ?? 'unknown') : 0
    if (unrecorded === undefined) return
    const { method, route, path, status, host, seconds, eventId, source, requestId, caller } = seen
    const event = completeEvent(
      {
        kind: 'http.request',
        outcome: status >= 500 ? 'failure' : refused ? 'refused' : 'success',
        actor: caller === null ? null : { ...caller.principal, name: caller.name },
        data: {
          method,
          route,
          path: path.slice(0, 512),
          host,
          status,
          milliseconds: Math.round(seconds * 1000),
          ...(eventId !== undefined && { eventId }),
          ...(unrecorded > 0 && { unrecorded }),
        },
      },
      { id: random.id(), time: clock.now(), source, requestId },
    )
    add(event, caller?.tenant ?? null)
  }
}
