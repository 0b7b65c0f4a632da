import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

/** One process, under the service as which it came. */
export interface EdgeName {
  readonly service: string
  readonly instance: string
}

/** What an edge says that it holds. */
export interface Held {
  readonly epoch: number
  readonly cursor: number
}

export interface Sighting extends EdgeName, Held {
  readonly kind: 'sdk' | 'gateway'
  readonly application: string | null
  readonly version: string
  readonly at: Date
}

/** @returns what it said last; undefined when it is not known */
export async function lastSaid(tx: Db, { service, instance }: EdgeName): Promise<Held | undefined> {
  const { rows } = await sql<Held>`
    SELECT epoch::float8 AS epoch, cursor::float8 AS cursor FROM edges
    WHERE service_id = ${service}::uuid AND instance = ${instance}`.execute(tx.kysely())
  return rows[0]
}

/** @returns whether this edge was not known before */
export async function sight(tx: Db, seen: Sighting): Promise<boolean> {
  const { rows } = await sql<{ fresh: boolean }>`
    INSERT INTO edges (tenant_id, service_id, instance, kind, application_id, version, epoch, cursor, attached_at, last_seen_at)
    VALUES (current_tenant(), ${seen.service}::uuid, ${seen.instance}, ${seen.kind}, ${seen.application}, ${seen.version},
      ${seen.epoch}, ${seen.cursor}, ${seen.at}, ${seen.at})
    ON CONFLICT (tenant_id, service_id, instance) DO NOTHING
    RETURNING true AS fresh`.execute(tx.kysely())
  return rows[0]?.fresh === true
}

/** What was said before is never taken back by a request that was overtaken on its way. */
export async function acknowledge(tx: Db, { service, instance }: EdgeName, { epoch, cursor }: Held): Promise<void> {
  await sql`
    UPDATE edges SET epoch = greatest(epoch, ${epoch}), cursor = greatest(cursor, ${cursor})
    WHERE service_id = ${service}::uuid AND instance = ${instance}`.execute(tx.kysely())
}

const lockName = (tenant: string) => sql`hashtextextended('edge leases ' || ${tenant}, 0)`

/** Until this transaction ends nobody asks which leases there are. Taken before the look that the lease vouches for. */
export async function shareLeases(tx: Transaction): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock_shared(${lockName(tx.tenant ?? '')})`.execute(tx.kysely())
}

/** From here on every lease that was given on an older look is written down. */
export async function fenceLeases(tx: Transaction): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${lockName(tx.tenant ?? '')})`.execute(tx.kysely())
}

/** Writes down that the edge is given a lease. @returns false for one that has left, which gets none */
export async function lend(tx: Db, { service, instance }: EdgeName, seconds: number, at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE edges SET last_seen_at = ${at},
      lease_until = greatest(lease_until, clock_timestamp() + make_interval(secs => ${seconds}))
    WHERE service_id = ${service}::uuid AND instance = ${instance} AND left_at IS NULL`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** @returns false when there is no such edge, or it had left before */
export async function leave(tx: Db, { service, instance }: EdgeName): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE edges SET left_at = clock_timestamp()
    WHERE service_id = ${service}::uuid AND instance = ${instance} AND left_at IS NULL`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export interface LeasedEdge extends EdgeName, Held {
  readonly kind: 'sdk' | 'gateway'
  readonly application: string | null
  readonly version: string
  readonly leaseUntil: Date
  readonly left: boolean
  readonly lastSeenAt: Date
}

const leasedColumns = sql`
  service_id AS service, instance, kind, application_id AS application, version, epoch::float8 AS epoch,
  cursor::float8 AS cursor, lease_until AS "leaseUntil", left_at IS NOT NULL AS left, last_seen_at AS "lastSeenAt"`

/** Edges that may act now by what they were given. @param application with the gateways, which serve all; null: every edge */
export async function leasedEdges(tx: Db, application: string | null): Promise<LeasedEdge[]> {
  const { rows } = await sql<LeasedEdge>`
    SELECT ${leasedColumns} FROM edges
    WHERE lease_until >= clock_timestamp() AND left_at IS NULL
      AND (${application}::text IS NULL OR application_id IS NULL OR application_id = ${application})
    ORDER BY application_id, service_id, instance`.execute(tx.kysely())
  return rows
}

export async function edgesNamed(tx: Db, names: readonly EdgeName[]): Promise<LeasedEdge[]> {
  const { rows } = await sql<LeasedEdge>`
    SELECT ${leasedColumns} FROM edges
    WHERE (service_id, instance) IN (
      SELECT * FROM unnest(${names.map(({ service }) => service)}::uuid[], ${names.map(({ instance }) => instance)}::text[]))`.execute(
    tx.kysely(),
  )
  return rows
}

/** @returns the time of the database: the next whole millisecond, so that nothing that it follows comes after it */
export async function databaseTime(tx: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`
    SELECT date_trunc('milliseconds', clock_timestamp()) + interval '1 ms' AS now`.execute(tx.kysely())
  if (rows[0] === undefined) throw new Error('the database has no time')
  return rows[0].now
}

export interface EdgeRow {
  readonly service_id: string
  readonly kind: 'sdk' | 'gateway'
  readonly application_id: string | null
  readonly epoch: number
  readonly last_seen_at: Date
}

/** Edges seen since then, newest first, one a service. */
export async function recentEdges(tx: Db, since: Date): Promise<EdgeRow[]> {
  const { rows } = await sql<EdgeRow>`
    SELECT DISTINCT ON (service_id, kind) service_id, kind, application_id, epoch::int AS epoch, last_seen_at
    FROM edges WHERE last_seen_at > ${since} ORDER BY service_id, kind, last_seen_at DESC`.execute(tx.kysely())
  return rows
}

export async function forgetEdges(tx: Db, before: Date): Promise<void> {
  await sql`DELETE FROM edges WHERE last_seen_at < ${before}`.execute(tx.kysely())
}

/** @returns the epoch of each tenant, of those named. As the system. */
export async function epochsOf(tx: Db, tenants: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ tenant: string; epoch: number }>`
    SELECT tenant_id AS tenant, epoch::float8 AS epoch FROM tenant_epochs WHERE tenant_id = ANY(${[...tenants]}::uuid[])`.execute(
    tx.kysely(),
  )
  return new Map(rows.map(({ tenant, epoch }) => [tenant, epoch]))
}
