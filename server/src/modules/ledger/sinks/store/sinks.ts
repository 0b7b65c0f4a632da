import { sql } from 'kysely'
import { announce } from '../../../../platform/database/announce.ts'
import type { Transaction } from '../../../../platform/database/database.ts'
import type { SinkFilter, SinkKind } from '../settings.ts'
import { type Sink, sinksChannel, type SinkState } from '../sink.ts'

export type Db = Pick<Transaction, 'tenant' | 'kysely'>

interface SinkRow {
  readonly id: string
  readonly name: string
  readonly kind: SinkKind
  readonly settings: unknown
  readonly filter: SinkFilter
  readonly state: SinkState
  // bigint, which the driver gives as text
  readonly cursor_seq: string
  readonly in_flight_seq: string | null
  readonly last_delivered_at: Date | null
  readonly delivered: string
  readonly repeated: string
  readonly refused: string
  readonly failures: number
  readonly failing_since: Date | null
  readonly last_error: string | null
  readonly next_attempt_at: Date | null
  readonly failed_told_at: Date | null
  readonly failed_after_seconds: number
  readonly created_at: Date
  readonly updated_at: Date
}

const columns = sql`
  id, name, kind, settings, filter, state, cursor_seq, in_flight_seq, last_delivered_at, delivered, repeated, refused,
  failures, failing_since, last_error, next_attempt_at, failed_told_at, failed_after_seconds, created_at, updated_at`

function toSink(row: SinkRow): Sink {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    settings: row.settings,
    filter: row.filter,
    state: row.state,
    cursor: Number(row.cursor_seq),
    inFlight: row.in_flight_seq === null ? null : Number(row.in_flight_seq),
    lastDeliveredAt: row.last_delivered_at,
    delivered: Number(row.delivered),
    repeated: Number(row.repeated),
    refused: Number(row.refused),
    failures: row.failures,
    failingSince: row.failing_since,
    lastError: row.last_error,
    nextAttemptAt: row.next_attempt_at,
    failedToldAt: row.failed_told_at,
    failedAfterSeconds: row.failed_after_seconds,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export async function selectSinks(tx: Db): Promise<Sink[]> {
  const { rows } = await sql<SinkRow>`SELECT ${columns} FROM log_sinks ORDER BY name`.execute(tx.kysely())
  return rows.map(toSink)
}

/** @param lock to change it: the deliverer's next word waits until this transaction is over */
export async function findSink(tx: Db, id: string, lock = false): Promise<Sink | undefined> {
  const { rows } = await sql<SinkRow>`
    SELECT ${columns} FROM log_sinks WHERE id = ${id}::uuid ${lock ? sql`FOR UPDATE` : sql``}`.execute(tx.kysely())
  return rows[0] === undefined ? undefined : toSink(rows[0])
}

/** The sink, for whoever holds its lease. */
export async function findLeased(tx: Db, id: string, lease: string): Promise<Sink | undefined> {
  const { rows } = await sql<SinkRow>`
    SELECT ${columns} FROM log_sinks WHERE id = ${id}::uuid AND lease = ${lease}::uuid AND state = 'active'`.execute(
    tx.kysely(),
  )
  return rows[0] === undefined ? undefined : toSink(rows[0])
}

export async function readSecrets(tx: Db, id: string): Promise<Buffer> {
  const { rows } = await sql<{ secrets: Buffer }>`SELECT secrets FROM log_sinks WHERE id = ${id}::uuid`.execute(
    tx.kysely(),
  )
  if (rows[0] === undefined) throw new Error('the sink is gone')
  return rows[0].secrets
}

export interface NewSink {
  readonly id: string
  readonly name: string
  readonly kind: SinkKind
  readonly settings: unknown
  readonly secrets: Buffer
  readonly filter: SinkFilter
  readonly cursor: number
  readonly failedAfterSeconds: number
  readonly now: Date
}

/** @returns whether the name was free */
export async function insertSink(tx: Db, sink: NewSink): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO log_sinks (tenant_id, id, name, kind, settings, secrets, filter, state, cursor_seq, failed_after_seconds,
                           created_at, updated_at)
    VALUES (current_tenant(), ${sink.id}::uuid, ${sink.name}, ${sink.kind}, ${JSON.stringify(sink.settings)}::jsonb,
            ${sink.secrets}, ${JSON.stringify(sink.filter)}::jsonb, 'active', ${sink.cursor}, ${sink.failedAfterSeconds},
            ${sink.now}, ${sink.now})
    ON CONFLICT ON CONSTRAINT log_sinks_name DO NOTHING`.execute(tx.kysely())
  await announce(tx, sinksChannel)
  return numAffectedRows === 1n
}

export interface SinkChange {
  readonly settings?: unknown
  readonly secrets?: Buffer
  readonly filter?: SinkFilter
  readonly failedAfterSeconds?: number
  /** what failed before is forgotten with it */
  readonly state?: SinkState
  /** set to another place */
  readonly cursor?: number
}

/**
 * Changes a sink and takes it from whoever delivers: their next word finds no lease, and they, or another, begin anew with
 * what is said here. What failed before is tried at once.
 */
export async function updateSink(tx: Db, id: string, change: SinkChange, now: Date): Promise<void> {
  const { settings, secrets, filter, failedAfterSeconds, state, cursor } = change
  const moved = cursor !== undefined
  const begun = state !== undefined
  await sql`
    UPDATE log_sinks SET
      settings = coalesce(${settings === undefined ? null : JSON.stringify(settings)}::jsonb, settings),
      secrets = coalesce(${secrets ?? null}::bytea, secrets),
      filter = coalesce(${filter === undefined ? null : JSON.stringify(filter)}::jsonb, filter),
      failed_after_seconds = coalesce(${failedAfterSeconds ?? null}::int, failed_after_seconds),
      state = coalesce(${state ?? null}::text, state),
      cursor_seq = coalesce(${cursor ?? null}::bigint, cursor_seq),
      in_flight_seq = CASE WHEN ${moved} THEN NULL ELSE in_flight_seq END,
      failures = CASE WHEN ${begun} THEN 0 ELSE failures END,
      failing_since = CASE WHEN ${begun} THEN NULL ELSE failing_since END,
      last_error = CASE WHEN ${begun} THEN NULL ELSE last_error END,
      failed_told_at = CASE WHEN ${begun} THEN NULL ELSE failed_told_at END,
      lease = NULL, leased_until = NULL, next_attempt_at = NULL, updated_at = ${now}
    WHERE id = ${id}::uuid`.execute(tx.kysely())
  await announce(tx, sinksChannel)
}

export async function deleteSink(tx: Db, id: string): Promise<void> {
  await sql`DELETE FROM log_sinks WHERE id = ${id}::uuid`.execute(tx.kysely())
  await announce(tx, sinksChannel)
}

/** How far the log goes. */
export async function readHeadSize(tx: Db): Promise<number> {
  const { rows } = await sql<{ size: string }>`SELECT size FROM log_head`.execute(tx.kysely())
  return Number(rows[0]?.size ?? 0)
}

export interface Behind {
  /** entries of the tenant above the cursor, counted up to `behindMost` */
  readonly events: number
  /** when the oldest of them happened; null when there is none */
  readonly since: Date | null
}

export const behindMost = 100_000

export async function readBehind(tx: Db, cursor: number): Promise<Behind> {
  const { rows } = await sql<{ events: number; since: Date | null }>`
    SELECT count(*)::int AS events, (array_agg(time ORDER BY seq))[1] AS since FROM (
      SELECT seq, time FROM log_entries WHERE tenant_id = current_tenant() AND seq > ${cursor}
      ORDER BY seq LIMIT ${behindMost}) AS above`.execute(tx.kysely())
  return rows[0] ?? { events: 0, since: null }
}
