import { ComparedDecisions, type CountedDifference } from '@holdfast/bundle'
import type { UnsequencedEvent } from '@holdfast/events'
import type { Transaction } from '../../../platform/database/database.ts'
import { addCompared, addDifference } from './store.ts'

type Db = Pick<Transaction, 'kysely'>

/** Sorts of differences that one transaction writes at most; what is more is counted under its kind alone. */
const mostSorts = 100
/** Candidates that one transaction looks for: there is one at a time, and the one before. */
const mostCandidates = 3

/** Adds what a process has compared to the counts of the candidate. What is about one that is no more is over. */
export async function takeCompared(tx: Db, application: string, counted: ComparedDecisions, at: Date): Promise<void> {
  if (!(await addCompared(tx, application, { ...counted, at }))) return
  for (const difference of counted.differences) await addDifference(tx, application, difference, at)
}

/**
 * The same from events that an edge has shipped, together. What is not of their form counts nothing; it is in the log all the same.
 * @param events of this application, and new to the log: one that is shipped twice is counted once
 */
export async function takeReported(
  tx: Db,
  application: string,
  events: readonly UnsequencedEvent[],
  at: Date,
): Promise<void> {
  const reports = events.flatMap(({ data }) => {
    const read = ComparedDecisions.safeParse(data)
    return read.success ? [read.data] : []
  })
  const byCandidate = [...Map.groupBy(reports, ({ candidate }) => candidate)]
  for (const [candidate, own] of byCandidate.slice(-mostCandidates)) {
    await takeCompared(tx, application, together(candidate, own), at)
  }
}

function together(candidate: string, reports: readonly ComparedDecisions[]): ComparedDecisions {
  const sorts = new Map<string, CountedDifference>()
  let [compared, skipped] = [0, 0]
  for (const report of reports) {
    compared += report.compared
    skipped += report.skipped
    for (const difference of report.differences) {
      const key = keyOf(difference)
      const fits = sorts.has(key) || sorts.size < mostSorts
      add(
        sorts,
        fits ? key : difference.kind,
        fits ? difference : { ...difference, action: '*', live: [], candidate: [] },
      )
    }
  }
  return { candidate, compared, skipped, differences: [...sorts.values()] }
}

function add(sorts: Map<string, CountedDifference>, key: string, difference: CountedDifference): void {
  const known = sorts.get(key)
  const count = difference.count + (known?.count ?? 0)
  sorts.set(key, { ...difference, count, samples: [...difference.samples, ...(known?.samples ?? [])].slice(0, 5) })
}

function keyOf({ kind, action, live, candidate }: CountedDifference): string {
  return JSON.stringify([kind, action, live, candidate])
}
