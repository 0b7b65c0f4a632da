import type { Outcome } from '../api/types.ts'

/** What the events page filters by; lives in the address, so that a view can be sent to a colleague. */
export interface EventFilters {
  readonly kind?: string
  readonly outcome?: Outcome
  readonly actor?: string
  readonly application?: string
  readonly query?: string
}

const OUTCOMES: readonly string[] = ['success', 'refused', 'failure']

/** Reads filters out of the address; what is not a filter, or not one of its values, is left out. */
export function parseFilters(search: Record<string, unknown>): EventFilters {
  const outcome = textOf(search['outcome'])
  return {
    ...optional('kind', textOf(search['kind'])),
    ...(isOutcome(outcome) ? { outcome } : {}),
    ...optional('actor', textOf(search['actor'])),
    ...optional('application', textOf(search['application'])),
    ...optional('query', textOf(search['query'])),
  }
}

/** The filters with one of them set, or taken away when the value is empty. */
export function withFilter(filters: EventFilters, name: keyof EventFilters, value: string): EventFilters {
  return parseFilters({ ...filters, [name]: value.trim() })
}

export function isFiltered(filters: EventFilters): boolean {
  return Object.keys(filters).length > 0
}

function optional<K extends string>(name: K, value: string | undefined): { [key in K]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [key in K]?: string }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isOutcome(value: string | undefined): value is Outcome {
  return value !== undefined && OUTCOMES.includes(value)
}
