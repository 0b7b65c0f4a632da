import type { Client } from 'pg'
import type { ClosedEvents } from '../../server/src/modules/ledger/close.ts'

export interface PlainBatch extends ClosedEvents {
  readonly tenant: string
}

/** Tables like those of events, with their columns, indexes, checks and one partition. */
export async function createPlainTables(client: Client): Promise<void> {
  await client.query(`
    CREATE TABLE plain_events (LIKE events INCLUDING ALL) PARTITION BY RANGE (id);
    CREATE TABLE plain_events_all PARTITION OF plain_events DEFAULT;
    CREATE TABLE plain_subjects (LIKE event_subjects INCLUDING ALL) PARTITION BY RANGE (event_id);
    CREATE TABLE plain_subjects_all PARTITION OF plain_subjects DEFAULT`)
}

/** Two statements in a transaction, each with an array for a column. */
export async function insertPlainly(client: Client, { tenant, rows, subjects }: PlainBatch): Promise<void> {
  await client.query('BEGIN')
  await client.query(
    `INSERT INTO plain_events (tenant_id, id, time, kind, class_uid, severity_id, outcome, actor_type, actor_id,
       resource_type, resource_id, application, reason, request_id, address_token, terms, commitment, body)
     SELECT $1::uuid, id, time, kind, class_uid, severity_id, outcome, actor_type, actor_id, resource_type, resource_id,
       application, reason, request_id, address_token, terms::bigint[], commitment, body
     FROM unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::int[], $6::smallint[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bytea[], $16::text[], $17::bytea[], $18::bytea[])
       AS e (id, time, kind, class_uid, severity_id, outcome, actor_type, actor_id, resource_type, resource_id, application,
         reason, request_id, address_token, terms, commitment, body)`,
    [
      tenant,
      rows.map(({ event }) => event.id),
      rows.map(({ event }) => event.time),
      rows.map(({ event }) => event.kind),
      rows.map((row) => row.class),
      rows.map((row) => row.severity),
      rows.map(({ event }) => event.outcome),
      rows.map(({ event }) => event.actor?.type ?? null),
      rows.map(({ event }) => event.actor?.id ?? null),
      rows.map(({ event }) => event.resource?.type ?? null),
      rows.map(({ event }) => event.resource?.id ?? null),
      rows.map(({ event }) => event.application),
      rows.map(({ event }) => event.reason),
      rows.map(({ event }) => event.requestId),
      rows.map(({ address }) => address),
      rows.map(({ terms }) => `{${terms.join()}}`),
      rows.map(({ commitment }) => commitment),
      rows.map(({ body }) => body),
    ],
  )
  await client.query(
    `INSERT INTO plain_subjects (tenant_id, event_id, subject, sealed, address_token, terms)
     SELECT $1::uuid, event_id, subject, sealed, address_token, terms::bigint[]
     FROM unnest($2::uuid[], $3::text[], $4::bytea[], $5::bytea[], $6::text[])
       AS s (event_id, subject, sealed, address_token, terms)`,
    [
      tenant,
      subjects.map(({ event }) => event),
      subjects.map(({ subject }) => subject),
      subjects.map(({ sealed }) => sealed),
      subjects.map(({ address }) => address),
      subjects.map(({ terms }) => `{${terms.join()}}`),
    ],
  )
  await client.query('COMMIT')
}
