import { type CloseDeps, createCloseEvents } from './close.ts'
import type { Db } from './db.ts'
import { insertRows } from './store/insert.ts'
import type { DescribedEvent } from './stored.ts'

/**
 * Inserts events, as the tenant of the transaction, in one statement.
 * @returns how many were new: an id that the tenant has already is left as it is
 */
export type InsertEvents = (tx: Db, events: readonly DescribedEvent[]) => Promise<number>

export function createInsert(deps: CloseDeps): InsertEvents {
  const closeEvents = createCloseEvents(deps)
  return async (tx, events) => {
    const { rows, subjects } = await closeEvents(tx, events)
    return rows.length === 0 ? 0 : insertRows(tx, rows, subjects)
  }
}
