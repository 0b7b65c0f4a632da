import { sql } from 'kysely'
import type { Control, ControlResult } from '../../../platform/control.ts'
import type { Database } from '../../../platform/database/database.ts'

/** Days by which the prune job may be late before the control fails: it runs every day. */
const late = 7

export const retentionControls = (defaultDays: number): readonly Control[] => [
  {
    id: 'ledger.retention-kept',
    title: 'Events are kept as long as they must, and no longer',
    statement: `No event is past its retention by more than ${late} days unless a legal hold keeps it.`,
    mapsTo: [
      { framework: 'PCI DSS 4.0.1', ref: '10.5.1' },
      { framework: 'GDPR', ref: 'Art. 5(1)(e)' },
      { framework: 'SOC 2', ref: 'C1.2' },
    ],
    check: ({ database, tenant, now }) => checkRetention(database, tenant, now, defaultDays),
  },
  {
    id: 'ledger.partitions',
    title: 'Next month has its place',
    statement: 'The partitions of this month and the next exist, and no event lies outside of a month’s partition.',
    mapsTo: [{ framework: 'SOC 2', ref: 'A1.1' }],
    check: ({ database, now }) => checkPartitions(database, now),
  },
]

async function checkRetention(database: Database, tenant: string, now: Date, days: number): Promise<ControlResult> {
  const { rows } = await database.asTenant(
    tenant,
    (tx) =>
      sql<{ late: number; least: number }>`
      SELECT count(*)::int AS late, (SELECT least(${days}, min(days)) FROM retention_rules) AS least FROM (
        SELECT FROM events e
        WHERE e.recorded_at < ${now}::timestamptz
                - make_interval(days => ${late} + (SELECT least(${days}, min(days)) FROM retention_rules))
          AND e.recorded_at < ${now}::timestamptz
                - make_interval(days => ${late} + event_days(e.tenant_id, e.class_uid, e.kind, ${days}))
          AND NOT event_held(e.tenant_id, e.id, e.time, e.actor_type, e.actor_id, e.resource_type, e.resource_id)
        LIMIT 1000) AS past`.execute(tx.kysely()),
    'read',
  )
  const found = rows[0]?.late ?? 0
  return found === 0
    ? { status: 'pass', evidence: `No event is past its retention; the shortest is ${rows[0]?.least ?? days} days.` }
    : { status: 'fail', evidence: `${found === 1000 ? 'More than 999' : found} events are past their retention.` }
}

async function checkPartitions(database: Database, now: Date): Promise<ControlResult> {
  const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1))
  const wanted = [now, next].map((month) => `events_${month.toISOString().slice(0, 7).replace('-', '_')}`)
  const { rows } = await database.asSystem((tx) =>
    sql<{ missing: string[]; stray: boolean }>`
      SELECT ARRAY(SELECT name FROM unnest(${wanted}::text[]) AS name WHERE to_regclass(name) IS NULL) AS missing,
             EXISTS (SELECT FROM events WHERE tableoid = 'events_default'::regclass) AS stray`.execute(tx.kysely()),
  )
  const { missing = [], stray = false } = rows[0] ?? {}
  if (missing.length > 0) return { status: 'fail', evidence: `There is no partition ${missing.join(', ')}.` }
  if (!stray)
    return { status: 'pass', evidence: `The partitions ${wanted.join(' and ')} exist, the default one is empty.` }
  return {
    status: 'fail',
    evidence: 'Events lie in the default partition: their ids name another time than they came at.',
  }
}
