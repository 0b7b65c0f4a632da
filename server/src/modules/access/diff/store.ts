import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

/**
 * When the rules of an application (its schema, policies and templates) came to be as they are in this version: 1 is the first, each transaction that
 * changed one is the next; -1 is the one before the rules of now, -2 the one before that.
 * @returns undefined when there is none of that number
 */
export async function momentOfVersion(
  tx: Transaction,
  application: string,
  version: number,
): Promise<Date | undefined> {
  const { rows } = await sql<{ moment: Date }>`
    SELECT moment FROM (
      SELECT moment, row_number() OVER (ORDER BY moment) AS version, row_number() OVER (ORDER BY moment DESC) - 1 AS back
      FROM (
        SELECT recorded_from AS moment FROM applications_history WHERE id = ${application}
        UNION SELECT recorded_from FROM policies_history WHERE application_id = ${application}
        UNION SELECT recorded_to FROM policies_history WHERE application_id = ${application} AND recorded_to IS NOT NULL
      ) AS changes
    ) AS numbered
    WHERE ${version > 0 ? sql`version = ${version}` : sql`back = ${-version}`}`.execute(tx.kysely())
  return rows[0]?.moment
}
