import type { UnsequencedEvent } from '@holdfast/events'
import { sql } from 'kysely'
import type { Db } from '../db.ts'
import { packed } from './packed.ts'

/** A row of `events`: of the event only what is searched for by its value. */
export interface EventRow {
  readonly event: UnsequencedEvent
  readonly class: number
  readonly severity: number
  readonly address: Buffer | null
  readonly terms: readonly string[]
  readonly commitment: Buffer
  readonly body: Buffer
}

export interface SubjectRow {
  readonly event: string
  readonly subject: string
  readonly sealed: Buffer
  readonly address: Buffer | null
  readonly terms: readonly string[]
}

/**
 * @param fresh none of them may be there: it fails where one is
 * @returns how many events were new; of the others nothing is written
 */
export async function insertRows(
  tx: Pick<Db, 'kysely'>,
  rows: readonly EventRow[],
  subjects: readonly SubjectRow[],
  fresh: boolean,
): Promise<number> {
  const column = <T>(pick: (row: EventRow) => T) => rows.map(pick)
  const bodies = packed(column(({ body }) => body))
  const commitments = Buffer.concat(column(({ commitment }) => commitment))
  const sealed = packed(subjects.map((row) => row.sealed))
  const { rows: counted } = await sql<{ inserted: number }>`
    WITH fresh AS (
      INSERT INTO events (tenant_id, id, time, kind, class_uid, severity_id, outcome, actor_type, actor_id, resource_type,
                          resource_id, application, reason, request_id, address_token, terms, commitment, body)
      SELECT current_tenant(), e.id, e.time, e.kind, e.class_uid, e.severity_id, e.outcome, e.actor_type, e.actor_id,
             e.resource_type, e.resource_id, e.application, e.reason, e.request_id, e.address_token, e.terms::bigint[],
             substring(${commitments}::bytea FROM 32 * e.n::int - 31 FOR 32),
             substring(${bodies.bytes}::bytea FROM e.at FOR e.length)
      FROM unnest(${column(({ event }) => event.id)}::uuid[], ${column(({ event }) => event.time)}::timestamptz[],
                  ${column(({ event }) => event.kind)}::text[], ${column((row) => row.class)}::int[],
                  ${column((row) => row.severity)}::smallint[], ${column(({ event }) => event.outcome)}::text[],
                  ${column(({ event }) => event.actor?.type ?? null)}::text[],
                  ${column(({ event }) => event.actor?.id ?? null)}::text[],
                  ${column(({ event }) => event.resource?.type ?? null)}::text[],
                  ${column(({ event }) => event.resource?.id ?? null)}::text[],
                  ${column(({ event }) => event.application)}::text[], ${column(({ event }) => event.reason)}::text[],
                  ${column(({ event }) => event.requestId)}::text[], ${column((row) => row.address)}::bytea[],
                  ${column((row) => `{${row.terms.join()}}`)}::text[], ${bodies.starts}::int[], ${bodies.lengths}::int[])
        WITH ORDINALITY AS e (id, time, kind, class_uid, severity_id, outcome, actor_type, actor_id, resource_type,
                              resource_id, application, reason, request_id, address_token, terms, at, length, n)
      ${fresh ? sql`` : sql`ON CONFLICT (tenant_id, id) DO NOTHING`}
      RETURNING id
    ), personal AS (
      INSERT INTO event_subjects (tenant_id, event_id, subject, sealed, address_token, terms)
      SELECT current_tenant(), s.event_id, s.subject, substring(${sealed.bytes}::bytea FROM s.at FOR s.length),
             s.address_token, s.terms::bigint[]
      FROM unnest(${subjects.map((row) => row.event)}::uuid[], ${subjects.map((row) => row.subject)}::text[],
                  ${subjects.map((row) => row.address)}::bytea[],
                  ${subjects.map((row) => `{${row.terms.join()}}`)}::text[], ${sealed.starts}::int[],
                  ${sealed.lengths}::int[])
        AS s (event_id, subject, address_token, terms, at, length)
      JOIN fresh ON fresh.id = s.event_id
    )
    SELECT count(*)::int AS inserted FROM fresh`.execute(tx.kysely())
  return counted[0]?.inserted ?? 0
}
