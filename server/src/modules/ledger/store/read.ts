import type { Outcome } from '@holdfast/events'
import { sql } from 'kysely'
import type { Db } from '../db.ts'

/** An event as the tables have it. */
export interface ReadRow {
  readonly id: string
  readonly time: Date
  readonly kind: string
  readonly class_uid: number
  readonly severity_id: number
  readonly outcome: Outcome
  readonly actor_type: string | null
  readonly actor_id: string | null
  readonly resource_type: string | null
  readonly resource_id: string | null
  readonly application: string | null
  readonly reason: string | null
  readonly request_id: string | null
  readonly commitment: Buffer
  readonly body: Buffer
  /** bigint, which the driver gives as text */
  readonly seq: string | null
  readonly subjects: readonly string[]
  readonly sealed: readonly Buffer[]
}

export async function selectRows(tx: Db, ids: readonly string[]): Promise<ReadRow[]> {
  const { rows } = await sql<ReadRow>`
    SELECT e.id, e.time, e.kind, e.class_uid, e.severity_id, e.outcome, e.actor_type, e.actor_id, e.resource_type,
           e.resource_id, e.application, e.reason, e.request_id, e.commitment, e.body, l.seq,
           coalesce(s.subjects, '{}') AS subjects, coalesce(s.sealed, '{}') AS sealed
    FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS wanted (id, n)
    JOIN events e ON e.tenant_id = current_tenant() AND e.id = wanted.id
    LEFT JOIN log_entries l ON l.tenant_id = e.tenant_id AND l.event_id = e.id
    LEFT JOIN LATERAL (
      SELECT array_agg(subject ORDER BY subject) AS subjects, array_agg(sealed ORDER BY subject) AS sealed
      FROM event_subjects WHERE tenant_id = e.tenant_id AND event_id = e.id
    ) AS s ON true
    ORDER BY wanted.n`.execute(tx.kysely())
  return rows
}
