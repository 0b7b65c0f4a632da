import { type Latency, latencyOf } from '@holdfast/bundle'
import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import { capped, STEPS } from './counts.ts'

type Db = Pick<Transaction, 'kysely'>

export interface Counts {
  requests: number
  status: Record<'1xx' | '2xx' | '3xx' | '4xx' | '5xx', number>
  refused: Record<string, number>
  reported: number
  bytesIn: number
  bytesOut: number
  own: Latency | null
  upstream: Latency | null
}

export interface Traffic {
  readonly from: Date
  readonly to: Date
  readonly step: number
  readonly series: readonly (Counts & { readonly at: Date })[]
  readonly routes: readonly (Counts & { readonly route: string })[]
  readonly total: Counts
  readonly edges: number
}

interface CountRow {
  readonly at: Date | null
  readonly route: string | null
  readonly counts: readonly string[]
  readonly own: readonly string[]
  readonly upstream: readonly string[]
}

interface RefusedRow {
  readonly at: Date | null
  readonly route: string | null
  readonly code: string
  readonly count: string
}

/** Routes that an answer names. */
const mostRoutes = 200

/**
 * Adds up what the edges of an application have counted.
 * @param asked window in minutes, step in seconds: 10 reaches back as far as `live` rows do
 */
export async function readTraffic(
  tx: Db,
  application: string,
  { minutes, step }: { readonly minutes: number; readonly step: number },
  now: Date,
): Promise<Traffic> {
  const to = new Date(Math.ceil(now.getTime() / (step * 1000)) * step * 1000)
  const from = new Date(to.getTime() - Math.max(1, Math.ceil((minutes * 60) / step)) * step * 1000)
  const rows = await countRows(tx, application, { from, to, step })
  const refused = await refusedRows(tx, application, { from, to, step })
  const codes = new Map<string, Record<string, number>>()
  for (const { at, route, code, count } of refused) {
    const place = placeOf(at, route)
    codes.set(place, { ...codes.get(place), [code]: Number(count) })
  }
  const codesOf = (at: Date | null, route: string | null): Record<string, number> => codes.get(placeOf(at, route)) ?? {}
  const isTotal = (row: { at: Date | null; route: string | null }) => row.at === null && row.route === null
  const byTime = new Map(rows.flatMap((row) => (row.at === null ? [] : [[row.at.getTime(), row] as const])))
  const series = []
  for (let at = from.getTime(); at < to.getTime(); at += step * 1000) {
    const when = new Date(at)
    series.push({ at: when, ...countsOf(byTime.get(at), codesOf(when, null)) })
  }
  const routes = rows
    .flatMap(({ route, ...row }) => (route === null ? [] : [{ route, ...countsOf(row, codesOf(null, route)) }]))
    .toSorted((left, right) => right.requests - left.requests || (left.route < right.route ? -1 : 1))
  const total = countsOf(rows.find(isTotal), codesOf(null, null))
  return { from, to, step, series, routes: routes.slice(0, mostRoutes), total, edges: await edgesOf(tx, application) }
}

/** Of a sum: a step, a route, or neither of them. */
const placeOf = (at: Date | null, route: string | null): string => `${at?.getTime() ?? ''} ${route ?? ''}`

interface Window {
  readonly from: Date
  readonly to: Date
  readonly step: number
}

/** The rows of a window: minutes or hours as far as they are added up, and what is not yet. */
function rowsIn(application: string, { from, to, step }: Window): RawBuilder<unknown> {
  const kept = step < STEPS.minute ? STEPS.live : step < STEPS.hour ? STEPS.minute : STEPS.hour
  return sql`tenant_id = current_tenant() AND application_id = ${application} AND step IN (${STEPS.live}::int, ${kept}::int)
    AND at >= ${from} AND at < ${to}`
}

const sliced = ({ step }: Window) => sql`to_timestamp(floor(extract(epoch FROM at) / ${step}::int) * ${step}::int)`

async function countRows(tx: Db, application: string, window: Window): Promise<readonly CountRow[]> {
  const { rows } = await sql<CountRow>`
    SELECT slice AS at, route, sum_counts(counts)::text[] AS counts, sum_counts(own)::text[] AS own, sum_counts(upstream)::text[] AS upstream
    FROM (SELECT ${sliced(window)} AS slice, route, counts, own, upstream FROM traffic_counts WHERE ${rowsIn(application, window)}) AS t
    GROUP BY GROUPING SETS ((slice), (route), ())`.execute(tx.kysely())
  return rows
}

async function refusedRows(tx: Db, application: string, window: Window): Promise<readonly RefusedRow[]> {
  const { rows } = await sql<RefusedRow>`
    SELECT slice AS at, route, code, ${capped(sql`sum(count)`)}::text AS count
    FROM (SELECT ${sliced(window)} AS slice, route, code, count FROM traffic_refused WHERE ${rowsIn(application, window)}) AS t
    GROUP BY GROUPING SETS ((slice, code), (route, code), (code))`.execute(tx.kysely())
  return rows
}

/** Processes that have told of something within the last minute. */
async function edgesOf(tx: Db, application: string): Promise<number> {
  const { rows } = await sql<{ edges: number }>`
    SELECT count(DISTINCT edge)::int AS edges FROM traffic_counts WHERE tenant_id = current_tenant()
      AND application_id = ${application} AND step = ${STEPS.live} AND at > now() - interval '1 minute'`.execute(
    tx.kysely(),
  )
  return rows[0]?.edges ?? 0
}

function countsOf(
  row: Pick<CountRow, 'counts' | 'own' | 'upstream'> | undefined,
  refused: Record<string, number>,
): Counts {
  const numbers = (row?.counts ?? []).map(Number)
  const at = (place: number): number => numbers[place] ?? 0
  return {
    requests: at(0),
    status: { '1xx': at(1), '2xx': at(2), '3xx': at(3), '4xx': at(4), '5xx': at(5) },
    refused,
    reported: at(6),
    bytesIn: at(7),
    bytesOut: at(8),
    own: latencyOf((row?.own ?? []).map(Number)),
    upstream: latencyOf((row?.upstream ?? []).map(Number)),
  }
}
