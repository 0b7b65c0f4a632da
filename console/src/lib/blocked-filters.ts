import type { BlockedFilters } from '../api/types.ts'

const HOUR = 3_600_000

/** How far back is looked. */
export const spans: readonly { readonly value: string; readonly label: string }[] = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
]
const hours: Readonly<Record<string, number>> = { '1h': 1, '24h': 24, '7d': 7 * 24, '30d': 30 * 24 }

/** When a span began, to the minute: the same question within it is not asked anew. */
export function sinceOf(span: string, now: number): string {
  const minute = Math.floor(now / 60_000) * 60_000
  return new Date(minute - (hours[span] ?? 7 * 24) * HOUR).toISOString()
}

/** Codes of what inspection refuses; the others are limits, other sites, addresses and the like, which are searched for apart. */
const inspected: readonly string[] = [
  'attack_blocked',
  'request_ambiguous',
  'schema_violated',
  'path_unknown',
  'content_type_refused',
  'body_too_large',
  'rule_matched',
  'answer_refused',
]

/** What the address of a search for a code says. */
export function searchFor(code: string): { readonly code: string; readonly view: string; readonly mode?: string } {
  return { code, view: 'single', ...(inspected.includes(code) ? {} : { mode: 'refused' }) }
}

const modes: readonly string[] = ['blocked', 'reported', 'refused']

/** What the address says, as far as it is a filter. */
export function blockedFilters(search: Readonly<Record<string, string | undefined>>): BlockedFilters {
  const { mode, code, detector, operation, since } = search
  return {
    ...(mode !== undefined && modes.includes(mode) ? { mode: mode as NonNullable<BlockedFilters['mode']> } : {}),
    ...(code === undefined ? {} : { code }),
    ...(detector === undefined ? {} : { detector }),
    ...(operation === undefined ? {} : { operation }),
    ...(since === undefined ? {} : { since }),
  }
}
