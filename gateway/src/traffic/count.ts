import type { Inbound } from '../inbound.ts'
import type { Traffic } from './traffic.ts'

/** Counts a request at its end, where an application was to answer it. @param status that the client got; null: none */
export function countRequest(traffic: Traffic, inbound: Inbound, status: number | null): void {
  const { route, head, place, visit, watch, begun, requestId, address, caller } = inbound
  if (route === null || head === null || visit.counted) return
  visit.counted = true
  const { framing, method, target } = head
  const declared = framing.kind === 'length' ? framing.bytes : framing.kind === 'none' ? 0 : null
  traffic.end({
    application: route.application,
    visit,
    requestId,
    named: { method, path: target.path, operation: watch?.operation ?? null, pattern: place?.rule?.path ?? null },
    target: target.raw,
    status,
    bodyBytes: begun?.whole === true ? begun.length : declared,
    address,
    person: caller?.principal ?? null,
  })
}
