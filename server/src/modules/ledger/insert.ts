import { type CloseDeps, createCloseEvents } from './close.ts'
import type { Db } from './db.ts'
import { insertRows } from './store/insert.ts'
import type { DescribedEvent } from './stored.ts'

/**
 * Inserts events, as the tenant of the transaction, in one statement.
 * @param end their ids are new, and nothing follows in the transaction: the statement is sent by what it answers
 * @returns how many were new: an id that the tenant has already is left as it is, or with `end` fails
 */
export type InsertEvents = (
  tx: Db,
  events: readonly DescribedEvent[],
  end?: () => Pick<Db, 'kysely'>,
) => Promise<number>

export function createInsert(deps: CloseDeps): InsertEvents {
  const closeEvents = createCloseEvents(deps)
  return async (tx, events, end) => {
    const { rows, subjects } = await closeEvents(tx, events)
    return rows.length === 0 ? 0 : insertRows(end?.() ?? tx, rows, subjects, end !== undefined)
  }
}
