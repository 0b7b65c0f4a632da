import type { Event, Outcome } from '@holdfast/events'

/** An event as the table has it. */
export interface EventRow {
  readonly id: string
  readonly time: Date
  readonly kind: string
  readonly outcome: Outcome
  readonly actor_type: string | null
  readonly actor_id: string | null
  readonly actor_name: string | null
  readonly resource_type: string | null
  readonly resource_id: string | null
  readonly application: string | null
  readonly reason: string | null
  readonly address: string | null
  readonly user_agent: string | null
  readonly request_id: string | null
  readonly data: Record<string, unknown>
  /** bigint, which the driver gives as text */
  readonly seq: string | null
  readonly leaf: Buffer | null
  readonly hash: Buffer | null
}

export interface StoredEvent {
  readonly event: Event
  readonly leaf: string | null
  readonly hash: string | null
}

/** The envelope as it was recorded: the leaf of the result is the leaf of what was written. */
export function toEvent(row: EventRow): StoredEvent {
  return {
    event: {
      id: row.id,
      seq: row.seq === null ? null : Number(row.seq),
      time: row.time.toISOString(),
      kind: row.kind,
      outcome: row.outcome,
      actor:
        row.actor_type === null || row.actor_id === null
          ? null
          : { type: row.actor_type, id: row.actor_id, ...(row.actor_name !== null && { name: row.actor_name }) },
      resource:
        row.resource_type === null || row.resource_id === null
          ? null
          : { type: row.resource_type, id: row.resource_id },
      application: row.application,
      reason: row.reason,
      source: { address: row.address, userAgent: row.user_agent },
      requestId: row.request_id,
      data: row.data,
    },
    leaf: row.leaf?.toString('hex') ?? null,
    hash: row.hash?.toString('hex') ?? null,
  }
}
