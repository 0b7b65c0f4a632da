import type { RouteTraffic } from '@holdfast/bundle'
import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

/** As `add_counts` does. */
export const capped = (count: RawBuilder<unknown>) => sql`least(${count}, ${Number.MAX_SAFE_INTEGER}::bigint)::bigint`

type Db = Pick<Transaction, 'kysely'>

/** Seconds that one row counts: what is just going on, then minutes, then hours. */
export const STEPS = { live: 10, minute: 60, hour: 3600 } as const

/** For how long each is kept, in seconds; `live` rows are added up into the others then. */
const KEPT = { live: 16 * 60, minute: 7 * 86_400, hour: 7 * 86_400 } as const

/** Adds what a process has counted to the step in which it arrives: the clocks of gateways are not asked. */
export async function addTraffic(
  tx: Db,
  { application, edge, routes }: { application: string; edge: string; routes: readonly RouteTraffic[] },
): Promise<void> {
  if (routes.length === 0) return
  const rows = routes.map(({ route, requests, status, reported, bytesIn, bytesOut, own, upstream }) => ({
    route,
    counts: [requests, ...status, reported, bytesIn, bytesOut],
    own,
    upstream,
  }))
  // What is said twice of a route is one row, or the statement would touch it twice.
  await sql`
    INSERT INTO traffic_counts AS t (tenant_id, application_id, step, at, edge, route, counts, own, upstream)
    SELECT current_tenant(), ${application}, ${STEPS.live}::int, ${nowIn(STEPS.live)}, ${edge}, r.route,
      sum_counts(r.counts), sum_counts(r.own), sum_counts(r.upstream)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(route text, counts bigint[], own bigint[], upstream bigint[])
    GROUP BY r.route
    ON CONFLICT (tenant_id, application_id, step, at, edge, route) DO UPDATE SET
      counts = add_counts(t.counts, EXCLUDED.counts), own = add_counts(t.own, EXCLUDED.own),
      upstream = add_counts(t.upstream, EXCLUDED.upstream)`.execute(tx.kysely())
  const refused = routes.flatMap(({ route, refused: codes }) =>
    Object.entries(codes).map(([code, count]) => ({ route, code, count })),
  )
  if (refused.length === 0) return
  await sql`
    INSERT INTO traffic_refused AS t (tenant_id, application_id, step, at, edge, route, code, count)
    SELECT current_tenant(), ${application}, ${STEPS.live}::int, ${nowIn(STEPS.live)}, ${edge}, r.route, r.code, ${capped(sql`sum(r.count)`)}
    FROM jsonb_to_recordset(${JSON.stringify(refused)}::jsonb) AS r(route text, code text, count bigint)
    GROUP BY r.route, r.code
    ON CONFLICT (tenant_id, application_id, step, at, edge, route, code) DO UPDATE SET count = ${capped(sql`t.count + EXCLUDED.count`)}`.execute(
    tx.kysely(),
  )
}

const nowIn = (step: number) => sql`to_timestamp(floor(extract(epoch FROM now()) / ${step}::int) * ${step}::int)`
const within = (step: number) => sql`to_timestamp(floor(extract(epoch FROM at) / ${step}::int) * ${step}::int)`

/** As the system: adds old rows up into minutes and hours, and forgets what is older than it is kept. */
export async function foldTraffic(tx: Db): Promise<void> {
  // Whole minutes only, so that no minute is both added up and still counted.
  const before = sql`date_trunc('minute', now()) - make_interval(secs => ${KEPT.live}::int)`
  await sql`
    WITH old AS (DELETE FROM traffic_counts WHERE step = ${STEPS.live} AND at < ${before} RETURNING *),
    coarse AS (
      SELECT tenant_id, application_id, ${STEPS.minute}::int AS step, ${within(STEPS.minute)} AS at, route, counts, own, upstream FROM old
      UNION ALL
      SELECT tenant_id, application_id, ${STEPS.hour}::int, ${within(STEPS.hour)}, route, counts, own, upstream FROM old)
    INSERT INTO traffic_counts AS t (tenant_id, application_id, step, at, edge, route, counts, own, upstream)
    SELECT tenant_id, application_id, step, at, '', route, sum_counts(counts), sum_counts(own), sum_counts(upstream)
    FROM coarse GROUP BY tenant_id, application_id, step, at, route
    ON CONFLICT (tenant_id, application_id, step, at, edge, route) DO UPDATE SET
      counts = add_counts(t.counts, EXCLUDED.counts), own = add_counts(t.own, EXCLUDED.own),
      upstream = add_counts(t.upstream, EXCLUDED.upstream)`.execute(tx.kysely())
  await sql`
    WITH old AS (DELETE FROM traffic_refused WHERE step = ${STEPS.live} AND at < ${before} RETURNING *),
    coarse AS (
      SELECT tenant_id, application_id, ${STEPS.minute}::int AS step, ${within(STEPS.minute)} AS at, route, code, count FROM old
      UNION ALL
      SELECT tenant_id, application_id, ${STEPS.hour}::int, ${within(STEPS.hour)}, route, code, count FROM old)
    INSERT INTO traffic_refused AS t (tenant_id, application_id, step, at, edge, route, code, count)
    SELECT tenant_id, application_id, step, at, '', route, code, ${capped(sql`sum(count)`)}
    FROM coarse GROUP BY tenant_id, application_id, step, at, route, code
    ON CONFLICT (tenant_id, application_id, step, at, edge, route, code) DO UPDATE SET count = ${capped(sql`t.count + EXCLUDED.count`)}`.execute(
    tx.kysely(),
  )
  for (const step of ['minute', 'hour'] as const) {
    const age = sql`step = ${STEPS[step]} AND at < now() - make_interval(secs => ${KEPT[step]}::int)`
    await sql`DELETE FROM traffic_counts WHERE ${age}`.execute(tx.kysely())
    await sql`DELETE FROM traffic_refused WHERE ${age}`.execute(tx.kysely())
  }
}
