import { sql } from 'kysely'
import type { Clock } from '../../../platform/clock.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import type { WorkContext } from '../../../platform/ports.ts'
import type { Tx, UnitOfWork } from '../../../platform/work.ts'

export interface StallDeps {
  readonly units: UnitOfWork
  readonly clock: Clock
  readonly context: WorkContext
  /** an event that waits longer for its place is an alarm */
  readonly stalledSeconds: number
}

const trouble = 'sequencer'

/**
 * Looks whether events wait too long for their place in the log, and tells once when that begins and once when it is over,
 * however many processes look.
 */
export async function checkStall({ units, clock, context, stalledSeconds }: StallDeps): Promise<void> {
  await units.work(context, async (tx) => {
    const { waiting, oldest } = await asSystemIn(tx, () => readQueue(tx))
    if (oldest !== null && oldest >= stalledSeconds) {
      const since = new Date(clock.now().getTime() - oldest * 1000)
      if (!(await asSystemIn(tx, () => begin(tx, since)))) return
      await tx.record({
        kind: 'ledger.stalled',
        outcome: 'failure',
        data: { waiting, seconds: Math.round(oldest), since: since.toISOString() },
      })
      return
    }
    const since = await asSystemIn(tx, () => end(tx))
    if (since === undefined) return
    await tx.record({
      kind: 'ledger.resumed',
      data: { from: since.toISOString(), to: clock.now().toISOString() },
    })
  })
}

/** @returns how many wait (10,000 for more), and for how many seconds the oldest does */
async function readQueue(tx: Tx): Promise<{ waiting: number; oldest: number | null }> {
  const { rows } = await sql<{ waiting: number; oldest: number | null }>`
    SELECT count(*)::int AS waiting, extract(epoch FROM now() - min(recorded_at))::float8 AS oldest
    FROM (SELECT recorded_at FROM log_queue ORDER BY ordinal LIMIT 10000) AS first`.execute(tx.kysely())
  return rows[0] ?? { waiting: 0, oldest: null }
}

async function begin(tx: Tx, since: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO log_troubles (name, since) VALUES (${trouble}, ${since}) ON CONFLICT DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

async function end(tx: Tx): Promise<Date | undefined> {
  const { rows } = await sql<{ since: Date }>`DELETE FROM log_troubles WHERE name = ${trouble} RETURNING since`.execute(
    tx.kysely(),
  )
  return rows[0]?.since
}
