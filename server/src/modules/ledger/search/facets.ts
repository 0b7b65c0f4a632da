import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Read } from '../../../platform/work.ts'
import { askBounded, tooLong } from './bounded.ts'
import type { TokenFilter } from './filter.ts'
import { matching, newestFirst } from './match.ts'
import { uuidAt } from './uuid-time.ts'

export interface FacetValue {
  readonly value: string
  readonly count: number
}

export interface Facets {
  readonly kind: readonly FacetValue[]
  readonly outcome: readonly FacetValue[]
  /** `Person/<id>` */
  readonly actor: readonly FacetValue[]
  readonly application: readonly FacetValue[]
  /** class_uid */
  readonly class: readonly FacetValue[]
  /** events counted */
  readonly counted: number
  /** since when they were counted; later than asked for when there were too many, or it took too long */
  readonly since: Date | null
  readonly complete: boolean
}

export interface FacetDeps {
  readonly read: Read
  readonly tenant: string
  readonly now: Date
  /** milliseconds for one answer; 4,000 when not said */
  readonly budget?: number
}

/** The newest events, of which more are not counted. */
const mostCounted = 50_000
/** Values of one facet. */
const mostValues = 20

interface FacetRow {
  readonly facet: 'kind' | 'outcome' | 'actor' | 'application' | 'class' | 'all'
  readonly value: string | null
  readonly count: number
  readonly oldest: Date | null
}

/**
 * Counts the events of a search by what they are, newest first and bounded. Phrases count by their words.
 * @returns undefined when not even a minute could be counted in time
 */
export async function countFacets(filter: TokenFilter, deps: FacetDeps): Promise<Facets | undefined> {
  const ends = performance.now() + (deps.budget ?? 4_000)
  const end = Math.min(filter.until?.getTime() ?? Infinity, deps.now.getTime())
  const wanted = filter.since?.getTime() ?? 0
  // Words that are too frequent to gather all their events are found soon enough by going through the newest ones.
  const ways = filter.words.length + filter.addresses.length > 0 ? [matching, newestFirst] : [newestFirst]
  for (let from = wanted; ; from = end - (end - from) / 16) {
    for (const way of from === wanted ? ways : [newestFirst]) {
      const left = ends - performance.now()
      if (left <= 0) return undefined
      // Each try gets half of what is left, so that the next has its turn.
      const windowed = { ...filter, since: new Date(from) }
      const rows = await askBounded(deps.read, left / 2, (tx) => countRows(tx, windowed, way, deps))
      if (rows !== tooLong) return facetsOf(rows, new Date(from), from === wanted)
    }
    if (end - from < 60_000) return undefined
  }
}

function facetsOf(rows: readonly FacetRow[], since: Date, whole: boolean): Facets {
  const total = rows.find(({ facet }) => facet === 'all')
  const more = (total?.count ?? 0) > mostCounted
  return {
    ...valuesOf(rows),
    counted: Math.min(total?.count ?? 0, mostCounted),
    since: more ? (total?.oldest ?? null) : since,
    complete: whole && !more,
  }
}

async function countRows(tx: Transaction, filter: TokenFilter, way: typeof matching, { tenant }: FacetDeps) {
  // An hour of slack: the id is made a moment before or after the event's time.
  const from = filter.since === undefined ? undefined : uuidAt(filter.since.getTime() - 3_600_000)
  const { rows } = await sql<FacetRow>`
    WITH found AS MATERIALIZED (
      SELECT e.kind, e.outcome, e.actor_type || '/' || e.actor_id AS actor, e.application, e.class_uid::text AS class, e.time
      ${way(filter, tenant, { from })} ORDER BY e.id DESC LIMIT ${mostCounted + 1}
    ), counted AS (
      SELECT CASE grouping(kind, outcome, actor, application, class)
               WHEN 15 THEN 'kind' WHEN 23 THEN 'outcome' WHEN 27 THEN 'actor' WHEN 29 THEN 'application'
               WHEN 30 THEN 'class' ELSE 'all' END AS facet,
             coalesce(kind, outcome, actor, application, class) AS value, count(*)::int AS count, min(time) AS oldest
      FROM found GROUP BY GROUPING SETS ((kind), (outcome), (actor), (application), (class), ())
    )
    SELECT facet, value, count, oldest FROM (
      SELECT *, row_number() OVER (PARTITION BY facet ORDER BY count DESC, value) AS place FROM counted
      WHERE facet = 'all' OR value IS NOT NULL
    ) AS ranked WHERE place <= ${mostValues} ORDER BY facet, place`.execute(tx.kysely())
  return rows
}

function valuesOf(rows: readonly FacetRow[]): Pick<Facets, 'kind' | 'outcome' | 'actor' | 'application' | 'class'> {
  const of = (wanted: FacetRow['facet']) =>
    rows.filter(({ facet }) => facet === wanted).map(({ value, count }) => ({ value: value ?? '', count }))
  return {
    kind: of('kind'),
    outcome: of('outcome'),
    actor: of('actor'),
    application: of('application'),
    class: of('class'),
  }
}
