import { sql } from 'kysely'
import type { Tx } from '../../platform/work.ts'

/** Letters in an hour and in a day. */
export interface Allowance {
  readonly perHour: number
  readonly perDay: number
}

/**
 * Counts a letter before it is enqueued. Those that are sent at once queue at the row, so each sees those before it.
 * @returns whether it may be sent
 */
export async function countLetter(tx: Tx, key: Buffer, { perHour, perDay }: Allowance, now: Date): Promise<boolean> {
  const hourAgo = new Date(now.getTime() - 3_600_000)
  const dayAgo = new Date(now.getTime() - 86_400_000)
  const { rows } = await sql`
    INSERT INTO mail_counts AS c (tenant_id, key, hour_from, hour, day_from, day)
    VALUES (${tx.tenant}::uuid, ${key}, ${now}, 1, ${now}, 1)
    ON CONFLICT (tenant_id, key) DO UPDATE SET
      hour = CASE WHEN c.hour_from < ${hourAgo} THEN 1 ELSE c.hour + 1 END,
      hour_from = CASE WHEN c.hour_from < ${hourAgo} THEN ${now} ELSE c.hour_from END,
      day = CASE WHEN c.day_from < ${dayAgo} THEN 1 ELSE c.day + 1 END,
      day_from = CASE WHEN c.day_from < ${dayAgo} THEN ${now} ELSE c.day_from END
    WHERE (c.hour_from < ${hourAgo} OR c.hour < ${perHour}::int) AND (c.day_from < ${dayAgo} OR c.day < ${perDay}::int)
    RETURNING 1`.execute(tx.kysely())
  return rows.length > 0
}
