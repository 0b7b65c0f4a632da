import type { UnsequencedEvent } from '@holdfast/events'
import { sql } from 'kysely'
import type { Transaction } from '../../platform/database/database.ts'
import { toEvent, type EventRow, type StoredEvent } from './row.ts'

type Db = Pick<Transaction, 'tenant' | 'kysely'>

/** The channel on which the sequencer says that the head moved. */
export const newsChannel = 'holdfast_ledger'

export interface Head {
  readonly seq: number
  readonly hash: string
  /** when the head last moved; null while the ledger is empty */
  readonly time: Date | null
}

/**
 * Inserts events without a place, as the tenant of the transaction.
 * @returns how many were new: an id that the tenant has already is left as it is
 */
export async function insertEvents(tx: Db, events: readonly UnsequencedEvent[]): Promise<number> {
  const rows = events.map((event) => ({
    id: event.id,
    time: event.time,
    kind: event.kind,
    outcome: event.outcome,
    actor_type: event.actor?.type,
    actor_id: event.actor?.id,
    actor_name: event.actor?.name,
    resource_type: event.resource?.type,
    resource_id: event.resource?.id,
    application: event.application,
    reason: event.reason,
    address: event.source.address,
    user_agent: event.source.userAgent,
    request_id: event.requestId,
    data: event.data,
  }))
  const { numAffectedRows } = await sql`
    INSERT INTO events (tenant_id, id, time, kind, outcome, actor_type, actor_id, actor_name, resource_type, resource_id,
                        application, reason, address, user_agent, request_id, data)
    SELECT current_tenant(), e.* FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e (
      id uuid, time timestamptz, kind text, outcome text, actor_type text, actor_id text, actor_name text,
      resource_type text, resource_id text, application text, reason text, address text, user_agent text,
      request_id text, data jsonb)
    ON CONFLICT (tenant_id, id) DO NOTHING`.execute(tx.kysely())
  return Number(numAffectedRows ?? 0n)
}

export async function readHead(tx: Db): Promise<Head> {
  const { rows } = await sql<{ seq: string; hash: Buffer; time: Date | null }>`
    SELECT seq, hash, time FROM ledger_head`.execute(tx.kysely())
  const row = rows[0]
  if (row === undefined) throw new Error('the head of the ledger is missing')
  return { seq: Number(row.seq), hash: row.hash.toString('hex'), time: row.time }
}

const columns = sql`
  id, time, kind, outcome, actor_type, actor_id, actor_name, resource_type, resource_id, application, reason, address,
  user_agent, request_id, data, seq, leaf, hash`

export async function findEvent(tx: Db, id: string): Promise<StoredEvent | undefined> {
  const { rows } = await sql<EventRow>`SELECT ${columns} FROM events WHERE id = ${id}::uuid`.execute(tx.kysely())
  return rows[0] === undefined ? undefined : toEvent(rows[0])
}

/** As the system: the entry before may be another tenant's, and only its hash is read. */
export async function readHash(tx: Db, seq: number): Promise<string | undefined> {
  const { rows } = await sql<{ hash: Buffer }>`SELECT hash FROM events WHERE seq = ${seq}`.execute(tx.kysely())
  return rows[0]?.hash.toString('hex')
}

export interface EventFilter {
  readonly kind?: string | undefined
  readonly actor?: string | undefined
  readonly outcome?: string | undefined
  readonly application?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly query?: string | undefined
}

export interface EventRange {
  /** both exclusive and inclusive as written: above < seq <= upTo */
  readonly above: number
  readonly upTo: number
  readonly limit: number
  readonly newestFirst: boolean
}

/** Events of the tenant that have a place in the range, by it. */
export async function selectEvents(tx: Db, filter: EventFilter, range: EventRange): Promise<StoredEvent[]> {
  const conditions = [sql`tenant_id = current_tenant()`, sql`seq > ${range.above}`, sql`seq <= ${range.upTo}`]
  if (filter.kind !== undefined) conditions.push(sql`kind = ${filter.kind}`)
  if (filter.actor !== undefined) conditions.push(sql`actor_id = ${filter.actor}`)
  if (filter.outcome !== undefined) conditions.push(sql`outcome = ${filter.outcome}`)
  if (filter.application !== undefined) conditions.push(sql`application = ${filter.application}`)
  if (filter.since !== undefined) conditions.push(sql`time >= ${filter.since}::timestamptz`)
  if (filter.until !== undefined) conditions.push(sql`time < ${filter.until}::timestamptz`)
  if (filter.query !== undefined) conditions.push(contains(filter.query))
  const order = range.newestFirst ? sql`DESC` : sql`ASC`
  const { rows } = await sql<EventRow>`
    SELECT ${columns} FROM events WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY seq ${order} LIMIT ${range.limit}`.execute(tx.kysely())
  return rows.map(toEvent)
}

/** strpos knows no wildcards, so there is nothing to escape. */
function contains(text: string) {
  return sql`strpos(lower(concat_ws(' ', id, kind, actor_type, actor_id, actor_name, resource_type, resource_id,
    application, reason, address, user_agent, request_id, data)), lower(${text})) > 0`
}

export interface ChainRow {
  readonly seq: number
  readonly id: string
  readonly leaf: string
  readonly hash: string
  readonly event: StoredEvent | null
}

/** As the system: every entry of the installation, with the event itself where it is this tenant's. */
export async function selectChain(tx: Db, tenant: string, after: number, limit: number): Promise<ChainRow[]> {
  const { rows } = await sql<EventRow & { own: boolean; seq: string; leaf: Buffer; hash: Buffer }>`
    SELECT ${columns}, true AS own FROM events WHERE seq > ${after} AND seq <= ${after + limit} AND tenant_id = ${tenant}::uuid
    UNION ALL
    SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, seq, leaf, hash, false
    FROM events WHERE seq > ${after} AND seq <= ${after + limit} AND tenant_id <> ${tenant}::uuid
    ORDER BY seq`.execute(tx.kysely())
  return rows.map((row) => ({
    seq: Number(row.seq),
    id: row.id,
    leaf: row.leaf.toString('hex'),
    hash: row.hash.toString('hex'),
    event: row.own ? toEvent(row) : null,
  }))
}
