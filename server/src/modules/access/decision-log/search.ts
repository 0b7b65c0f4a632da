import type { z } from 'zod'
import { type Outcome, ok } from '../../../platform/outcome.ts'
import type { Asking, SearchEvents, StoredEvent } from '../../ledger/index.ts'
import type { DecisionQuery } from './wire.ts'

export type DecisionFilter = z.output<typeof DecisionQuery>

export interface DecisionPage {
  /** newest first */
  readonly items: readonly StoredEvent[]
  readonly next: string | null
  /** false when the time for one answer was over: `next` goes on where it ended */
  readonly complete: boolean
}

const kinds = {
  allow: ['decision.allowed'],
  deny: ['decision.denied', 'decision.answered_no'],
  failed: ['decision.failed'],
} as const

/** Pages of the log that one answer looks through: an action is only found by its words. */
const mostPages = 5

/** The decisions of one application that the log has, newest first. */
export async function searchDecisions(
  search: SearchEvents,
  application: string,
  { principal, resource, action, decision, via, cursor, limit = 50, since, until }: DecisionFilter,
  asking: Asking,
): Promise<Outcome<DecisionPage>> {
  const query = {
    application,
    kind: decision === undefined ? [...kinds.allow, ...kinds.deny] : [...kinds[decision]],
    ...(principal !== undefined && { actorType: principal.type, actor: principal.id }),
    ...(resource !== undefined && { targetType: resource.type, target: resource.id }),
    ...(action !== undefined && hasWord(action) && { query: `"${action}"` }),
    since,
    until,
  }
  const items: StoredEvent[] = []
  let below = cursor
  for (let page = 0; page < mostPages; page += 1) {
    const found = await search({ ...query, cursor: below, limit }, asking)
    if (!found.ok) return found
    const { next, complete } = found.value
    for (const event of found.value.items) {
      const { data } = event.view
      const wanted = (action === undefined || data['action'] === action) && (via === undefined || data['via'] === via)
      if (!wanted) continue
      items.push(event)
      if (items.length === limit) {
        const isLast = event.id === found.value.items.at(-1)?.id
        return ok({ items, next: isLast ? next : event.id, complete })
      }
    }
    if (next === null || !complete) return ok({ items, next, complete })
    below = next
  }
  return ok({ items, next: below ?? null, complete: items.length > 0 })
}

/** The log is searched by words of two letters or digits at least; quotes would end the phrase. */
function hasWord(action: string): boolean {
  return /[\p{L}\p{N}]{2}/u.test(action) && !action.includes('"')
}
