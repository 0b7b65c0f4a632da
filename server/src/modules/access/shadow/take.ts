import { ComparedDecisions } from '@holdfast/bundle'
import type { UnsequencedEvent } from '@holdfast/events'
import type { Transaction } from '../../../platform/database/database.ts'
import { addCompared, addDifference } from './store.ts'

type Db = Pick<Transaction, 'kysely'>

/** Adds what a process has compared to the counts of the candidate. What is about one that is no more is over. */
export async function takeCompared(tx: Db, application: string, counted: ComparedDecisions, at: Date): Promise<void> {
  if (!(await addCompared(tx, application, { ...counted, at }))) return
  // In one order, whoever reports: two reports at once do not wait for each other in a circle.
  const sorted = counted.differences.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  for (const difference of sorted) await addDifference(tx, application, difference, at)
}

/**
 * The same from an event that an edge has shipped. What is not of its form counts nothing; it is in the log all the same.
 * @param event new to the log: one that is shipped twice is counted once
 */
export async function takeReported(tx: Db, event: UnsequencedEvent, at: Date): Promise<void> {
  const counted = ComparedDecisions.safeParse(event.data)
  if (counted.success && event.application !== null) await takeCompared(tx, event.application, counted.data, at)
}

function keyOf({ kind, action, live, candidate }: ComparedDecisions['differences'][number]): string {
  return JSON.stringify([kind, action, live, candidate])
}
