import type { Outcome, SavedSearch, Severity } from '../api/types.ts'
import { className } from './ocsf.ts'

/** What the events page filters by; lives in the address, so that a view can be sent to a colleague. */
export interface EventFilters {
  readonly query?: string
  /** `session.started`, `session.*`, or several separated by commas. */
  readonly kind?: string
  /** `class_uid`, or several. */
  readonly class?: string
  readonly severity?: Severity
  readonly outcome?: Outcome
  readonly actor?: string
  readonly target?: string
  readonly application?: string
  readonly address?: string
  readonly reason?: string
  readonly requestId?: string
  /** An instant, or one of `ranges`, which moves with the clock. */
  readonly since?: string
  readonly until?: string
}

export type FilterName = keyof EventFilters

const outcomes: readonly string[] = ['success', 'refused', 'failure'] satisfies Outcome[]
const severities: readonly string[] = [
  'unknown',
  'informational',
  'low',
  'medium',
  'high',
  'critical',
  'fatal',
] satisfies Severity[]

/** The filters with their names, in the order in which they are shown. */
export const filterLabels: Readonly<Record<FilterName, string>> = {
  query: 'Words',
  kind: 'Kind',
  class: 'Class',
  severity: 'Severity, at least',
  outcome: 'Outcome',
  actor: 'Actor',
  target: 'Target',
  application: 'Application',
  address: 'Address',
  reason: 'Reason',
  requestId: 'Request',
  since: 'Since',
  until: 'Until',
}

const names = Object.keys(filterLabels) as readonly FilterName[]

const HOUR = 3_600_000
/** Days that are searched when nothing is said. */
export const usualDays = 90

/** Spans that end now, in milliseconds; all: since the first event. */
export const ranges: Readonly<Record<string, { readonly label: string; readonly span: number | null }>> = {
  '1h': { label: 'Last hour', span: HOUR },
  '24h': { label: 'Last 24 hours', span: 24 * HOUR },
  '7d': { label: 'Last 7 days', span: 7 * 24 * HOUR },
  '30d': { label: 'Last 30 days', span: 30 * 24 * HOUR },
  '365d': { label: 'Last year', span: 365 * 24 * HOUR },
  all: { label: 'Everything kept', span: null },
}

/** Reads filters out of the address; what is not a filter, or not one of its values, is left out. */
export function parseFilters(search: Readonly<Record<string, unknown>>): EventFilters {
  const filters: Partial<Record<FilterName, string>> = {}
  for (const name of names) {
    const value = textOf(search[name])
    if (value !== undefined && isValue(name, value)) filters[name] = value
  }
  return filters as EventFilters
}

/** The filters with one of them set, or taken away when the value is empty. */
export function withFilter(filters: EventFilters, name: FilterName, value: string): EventFilters {
  return parseFilters({ ...filters, [name]: value.trim() })
}

export function isFiltered(filters: EventFilters): boolean {
  return Object.keys(filters).length > 0
}

/** What the server is asked: spans become instants. @param now milliseconds since the epoch */
export function queryOf({ since, ...filters }: EventFilters, now: number): Readonly<Record<string, string>> {
  if (since === undefined) return filters
  const range = ranges[since]
  if (range === undefined) return { ...filters, since }
  return { ...filters, since: new Date(range.span === null ? 0 : now - range.span).toISOString() }
}

/** Whether nothing that is recorded from now on can match. @param now milliseconds since the epoch */
export function isOver({ until }: { readonly until?: string }, now: number): boolean {
  return until !== undefined && Date.parse(until) <= now
}

/** The filters as they are kept: a saved search has no span that moves with the clock. */
export function toSaved({ since, ...filters }: EventFilters): SavedSearch['filter'] {
  return since === undefined || since in ranges ? filters : { ...filters, since }
}

/** Whether a saved search is what is shown. */
export function isShown(saved: SavedSearch['filter'], filters: EventFilters): boolean {
  return JSON.stringify(toSaved(parseFilters(saved))) === JSON.stringify(toSaved(filters))
}

/** A filter as a person reads it: "Class Authentication", "Since 1 Nov 2026". */
export function describeFilter(name: FilterName, value: string): string {
  if (name === 'class') return value.split(',').map(className).join(', ')
  if (name === 'since' || name === 'until') return ranges[value]?.label ?? instantText(value)
  return value
}

/** The kinds of which a kind is one: "session.*" for "session.started". */
export function prefixOf(kind: string): string | null {
  const end = kind.lastIndexOf('.')
  return end <= 0 || kind.endsWith('.*') ? null : `${kind.slice(0, end)}.*`
}

function isValue(name: FilterName, value: string): boolean {
  if (name === 'outcome') return outcomes.includes(value)
  if (name === 'severity') return severities.includes(value)
  if (name === 'since') return value in ranges || isInstant(value)
  if (name === 'until') return isInstant(value)
  return true
}

function isInstant(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT/u.test(value) && !Number.isNaN(Date.parse(value))
}

function instantText(value: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(Date.parse(value))
}

/** The router reads a value that looks like JSON as what it looks like. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
