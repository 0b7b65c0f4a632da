import { sql } from 'kysely'
import type { Db } from '../db.ts'

/** What a heartbeat says of its process. */
export interface Beat {
  readonly process: string
  readonly version: string
  readonly startedAt: Date
  /** from 1 on; one that could not be recorded leaves its number out */
  readonly number: number
  readonly everySeconds: number
  readonly accepted: number
  readonly recorded: number
  readonly lost: number
  /** the process stops, and says so */
  readonly last: boolean
}

/** A process that ended without a last word. */
export interface LostProcess {
  readonly process: string
  readonly version: string
  readonly startedAt: Date
  readonly beat: number
  readonly beatAt: Date
  readonly accepted: number
  readonly recorded: number
  readonly lost: number
}

/** Heartbeats that may be missing before a process counts as lost. */
export const missing = 3
/** Days after which a process that ended is forgotten. */
const remembered = 30

/** As the system. */
export async function putBeat(tx: Db, beat: Beat, now: Date): Promise<void> {
  const { process, version, startedAt, number, everySeconds, accepted, recorded, lost, last } = beat
  await sql`
    INSERT INTO log_processes (process, version, started_at, beat, beat_at, every_seconds, accepted, recorded, lost, ended_at)
    VALUES (${process}::uuid, ${version}, ${startedAt}, ${number}, ${now}, ${everySeconds}, ${accepted}, ${recorded}, ${lost},
            ${last ? now : null})
    ON CONFLICT (process) DO UPDATE SET beat = excluded.beat, beat_at = excluded.beat_at, accepted = excluded.accepted,
      recorded = excluded.recorded, lost = excluded.lost, ended_at = excluded.ended_at, noticed_at = NULL`.execute(
    tx.kysely(),
  )
  await sql`DELETE FROM log_processes WHERE coalesce(ended_at, noticed_at) < ${now}::timestamptz - make_interval(days => ${remembered})`.execute(
    tx.kysely(),
  )
}

interface Row {
  readonly process: string
  readonly version: string
  readonly started_at: Date
  readonly beat: string
  readonly beat_at: Date
  readonly accepted: string
  readonly recorded: string
  readonly lost: string
}

/** As the system: whoever marks a process first tells it. */
export async function takeLost(tx: Db, now: Date): Promise<LostProcess[]> {
  const { rows } = await sql<Row>`
    UPDATE log_processes SET noticed_at = ${now}
    WHERE ended_at IS NULL AND noticed_at IS NULL
      AND beat_at < ${now}::timestamptz - make_interval(secs => ${missing} * every_seconds)
    RETURNING process, version, started_at, beat, beat_at, accepted, recorded, lost`.execute(tx.kysely())
  return rows.map((row) => ({
    process: row.process,
    version: row.version,
    startedAt: row.started_at,
    beat: Number(row.beat),
    beatAt: row.beat_at,
    accepted: Number(row.accepted),
    recorded: Number(row.recorded),
    lost: Number(row.lost),
  }))
}
