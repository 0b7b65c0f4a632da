import { type Outcome, ok } from '../../../platform/outcome.ts'
import type { Asking, SearchEvents } from '../../ledger/index.ts'
import { type BlockedRequest, KINDS, proposalsOf, requestOf, type Told } from './request.ts'

export interface BlockedFilter {
  readonly mode?: BlockedRequest['mode'] | undefined
  readonly code?: string | undefined
  /** `sql`, `rule 942100`, a keyword of the schema */
  readonly detector?: string | undefined
  readonly operation?: string | undefined
  readonly since?: Date | undefined
  readonly until?: Date | undefined
  readonly cursor?: string | undefined
}

export interface Seen {
  readonly request: BlockedRequest
  readonly findings: readonly Told[]
}

export interface BlockedPage {
  /** Newest first. */
  readonly items: readonly Seen[]
  /** Requests that were looked at. */
  readonly looked: number
  readonly next: string | null
  readonly complete: boolean
}

/** Looks through the newest events of an application. Detector and operation stand within events, so that a page may hold few that fit. */
export async function searchBlocked(
  search: SearchEvents,
  application: string,
  { mode, code, detector, operation, since, until, cursor }: BlockedFilter,
  limit: number,
  asking: Asking,
): Promise<Outcome<BlockedPage>> {
  const kind = mode === undefined ? [KINDS.blocked, KINDS.reported] : [KINDS[mode]]
  const found = await search({ application, kind, reason: code, since, until, cursor, limit }, asking)
  if (!found.ok) return found
  const { items, next, complete } = found.value
  const seen = items.flatMap((event): Seen[] => {
    const request = requestOf(event)
    return request === undefined ? [] : [{ request, findings: proposalsOf(request) }]
  })
  const fits = ({ request, findings }: Seen): boolean =>
    (operation === undefined || operationOf(request) === operation) &&
    (detector === undefined || findings.some(({ by }) => by === detector))
  const fitting = new Set(seen.filter(fits).map(({ request }) => request.event))
  // The count of a flood tells nothing of what was found, but of which request it was the last.
  const kept = seen.filter(({ request: { event, last } }) => fitting.has(event) || (last !== null && fitting.has(last)))
  return ok({ items: kept, looked: items.length, next, complete })
}

/** What a request is listed under: the operation, else method and path as they came. */
export const operationOf = ({ operation, method, path }: BlockedRequest): string =>
  operation ?? `${method ?? '-'} ${path ?? '-'}`
