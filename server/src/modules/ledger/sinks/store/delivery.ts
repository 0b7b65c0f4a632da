import { sql } from 'kysely'
import type { Db } from './sinks.ts'

/*
 * What the deliverer writes. Every statement names the lease: whoever has lost it changes nothing, and learns it by that.
 */

export interface Leased {
  readonly tenant: string
  readonly id: string
  readonly lease: string
}

/** As the system. @returns whether there is any sink to deliver to */
export async function anyActive(tx: Pick<Db, 'kysely'>): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    SELECT EXISTS (SELECT FROM log_sinks WHERE state = 'active') AS "any"`.execute(tx.kysely())
  return rows[0]?.any === true
}

/** As the system: takes sinks that nobody delivers and that are due. Times are the database's: replicas have one clock. */
export async function takeLeases(tx: Db, limit: number, leaseSeconds: number): Promise<Leased[]> {
  const { rows } = await sql<{ tenant_id: string; id: string; lease: string }>`
    UPDATE log_sinks SET lease = gen_random_uuid(), leased_until = now() + make_interval(secs => ${leaseSeconds})
    WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM log_sinks
      WHERE state = 'active' AND (leased_until IS NULL OR leased_until < now())
        AND (next_attempt_at IS NULL OR next_attempt_at <= now())
      ORDER BY next_attempt_at NULLS FIRST LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING tenant_id, id, lease`.execute(tx.kysely())
  return rows.map((row) => ({ tenant: row.tenant_id, id: row.id, lease: row.lease }))
}

/** As the system. @returns the leases that are still held */
export async function renewLeases(tx: Db, leases: readonly string[], leaseSeconds: number): Promise<Set<string>> {
  const { rows } = await sql<{ lease: string }>`
    UPDATE log_sinks SET leased_until = now() + make_interval(secs => ${leaseSeconds})
    WHERE lease = ANY(${leases}::uuid[]) AND leased_until >= now() RETURNING lease`.execute(tx.kysely())
  return new Set(rows.map((row) => row.lease))
}

export async function dropLease(tx: Db, { id, lease }: Leased): Promise<void> {
  await sql`UPDATE log_sinks SET lease = NULL, leased_until = NULL WHERE id = ${id}::uuid AND lease = ${lease}::uuid`.execute(
    tx.kysely(),
  )
}

export interface EntryRow {
  readonly seq: number
  readonly id: string
  readonly time: Date
  /** null when the event is no longer kept */
  readonly kind: string | null
  readonly classUid: number | null
  readonly outcome: string | null
}

/** The tenant's entries above a place, in their order. */
export async function selectEntries(tx: Db, above: number, upTo: number | null, limit: number): Promise<EntryRow[]> {
  const end = upTo === null ? sql`` : sql`AND seq <= ${upTo}`
  const { rows } = await sql<{
    seq: string
    event_id: string
    time: Date
    kind: string | null
    class_uid: number | null
    outcome: string | null
  }>`
    SELECT l.seq, l.event_id, l.time, e.kind, e.class_uid, e.outcome
    FROM (SELECT seq, event_id, time FROM log_entries WHERE tenant_id = current_tenant() AND seq > ${above} ${end}
          ORDER BY seq LIMIT ${limit}) AS l
    LEFT JOIN events e ON e.tenant_id = current_tenant() AND e.id = l.event_id
    ORDER BY l.seq`.execute(tx.kysely())
  return rows.map((row) => ({
    seq: Number(row.seq),
    id: row.event_id,
    time: row.time,
    kind: row.kind,
    classUid: row.class_uid,
    outcome: row.outcome,
  }))
}

/** Before a batch leaves. @returns whether the lease was still held */
export async function beginDelivery(tx: Db, { id, lease }: Leased, upTo: number, repeat: boolean): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE log_sinks SET in_flight_seq = ${upTo}, repeated = repeated + ${repeat ? 1 : 0}
    WHERE id = ${id}::uuid AND lease = ${lease}::uuid AND cursor_seq < ${upTo}`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export interface Acknowledged {
  readonly upTo: number
  readonly events: number
  readonly refused: number
}

/** After the far side took a batch, or for entries that are not for this sink. @returns whether the lease was still held */
export async function advance(
  tx: Db,
  { id, lease }: Leased,
  { upTo, events, refused }: Acknowledged,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE log_sinks SET cursor_seq = ${upTo}, in_flight_seq = NULL, delivered = delivered + ${events - refused},
      refused = refused + ${refused},
      last_delivered_at = CASE WHEN ${events > 0} THEN now() ELSE last_delivered_at END,
      failures = CASE WHEN ${events > 0} THEN 0 ELSE failures END,
      failing_since = CASE WHEN ${events > 0} THEN NULL ELSE failing_since END,
      last_error = CASE WHEN ${events > 0} THEN NULL ELSE last_error END,
      failed_told_at = CASE WHEN ${events > 0} THEN NULL ELSE failed_told_at END
    WHERE id = ${id}::uuid AND lease = ${lease}::uuid AND cursor_seq < ${upTo}`.execute(tx.kysely())
  return numAffectedRows === 1n
}

export interface Failure {
  readonly message: string
  readonly retryInSeconds: number
  /** a shorter batch to try next, up to here */
  readonly half: number | null
  readonly disable: boolean
}

/** After a batch failed: gives the sink back until its next attempt. @returns whether the lease was still held */
export async function fail(tx: Db, { id, lease }: Leased, failure: Failure): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE log_sinks SET failures = failures + 1, failing_since = coalesce(failing_since, now()),
      last_error = ${failure.message}, lease = NULL, leased_until = NULL,
      next_attempt_at = now() + make_interval(secs => ${failure.retryInSeconds}),
      in_flight_seq = coalesce(${failure.half}::bigint, in_flight_seq),
      state = CASE WHEN ${failure.disable} THEN 'disabled' ELSE state END
    WHERE id = ${id}::uuid AND lease = ${lease}::uuid`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** As the system: sinks that have been failing for longer than they may, of which nobody was told. */
export async function selectOverdue(tx: Db): Promise<{ readonly tenant: string; readonly id: string }[]> {
  const { rows } = await sql<{ tenant_id: string; id: string }>`
    SELECT tenant_id, id FROM log_sinks
    WHERE state = 'active' AND failed_told_at IS NULL
      AND failing_since <= now() - make_interval(secs => failed_after_seconds) LIMIT 20`.execute(tx.kysely())
  return rows.map((row) => ({ tenant: row.tenant_id, id: row.id }))
}

export interface OverdueSink {
  readonly name: string
  readonly kind: string
  readonly failures: number
  readonly seconds: number
  readonly cursor: number
  readonly error: string | null
}

/** Says that somebody is told of it now. @returns undefined when it was told already, or is well again */
export async function markOverdueTold(tx: Db, id: string): Promise<OverdueSink | undefined> {
  const { rows } = await sql<Omit<OverdueSink, 'cursor'> & { cursor: string }>`
    UPDATE log_sinks SET failed_told_at = now()
    WHERE id = ${id}::uuid AND state = 'active' AND failed_told_at IS NULL
      AND failing_since <= now() - make_interval(secs => failed_after_seconds)
    RETURNING name, kind, failures, extract(epoch FROM now() - failing_since)::int AS seconds, cursor_seq AS cursor,
      last_error AS error`.execute(tx.kysely())
  const [row] = rows
  return row === undefined ? undefined : { ...row, cursor: Number(row.cursor) }
}

/** @returns whether an hour has passed since refusals were last told; then they are told now */
export async function markRefusedTold(tx: Db, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE log_sinks SET refused_told_at = now()
    WHERE id = ${id}::uuid AND (refused_told_at IS NULL OR refused_told_at < now() - interval '1 hour')`.execute(
    tx.kysely(),
  )
  return numAffectedRows === 1n
}
