import { sql } from 'kysely'
import type { Control, ControlResult } from '../../../platform/control.ts'
import type { Database } from '../../../platform/database/database.ts'
import { missing } from './processes.ts'

export const telemetryControls: readonly Control[] = [
  {
    id: 'ledger.heartbeat',
    title: 'Every process says that it lives',
    statement: `No process that writes to the log has missed ${missing} heartbeats, save those that said goodbye, in the last 24 hours.`,
    mapsTo: [
      { framework: 'PCI DSS 4.0.1', ref: '10.7.2' },
      { framework: 'SOC 2', ref: 'CC7.2' },
    ],
    check: ({ database, now }) => checkHeartbeats(database, now),
  },
]

async function checkHeartbeats(database: Database, now: Date): Promise<ControlResult> {
  const { rows } = await database.asSystem((tx) =>
    sql<{ alive: number; silent: string[] }>`
      SELECT count(*) FILTER (WHERE NOT late)::int AS alive,
             coalesce(array_agg(process::text ORDER BY beat_at) FILTER (WHERE late), '{}') AS silent
      FROM (SELECT process, beat_at, beat_at < ${now}::timestamptz - make_interval(secs => ${missing} * every_seconds) AS late
            FROM log_processes WHERE ended_at IS NULL AND beat_at > ${now}::timestamptz - interval '1 day') AS running`.execute(
      tx.kysely(),
    ),
  )
  const { alive = 0, silent = [] } = rows[0] ?? {}
  if (silent.length > 0) {
    const more = silent.length > 3 ? ` and ${silent.length - 3} more` : ''
    return { status: 'fail', evidence: `No heartbeat of ${silent.slice(0, 3).join(', ')}${more}, and no last word.` }
  }
  if (alive === 0) return { status: 'unknown', evidence: 'No process has recorded a heartbeat in the last 24 hours.' }
  return { status: 'pass', evidence: `${alive} processes are alive, and none was lost in the last 24 hours.` }
}
