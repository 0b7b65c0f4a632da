import type { LogIdentity } from '../identity.ts'
import type { ReadEvents } from '../read.ts'
import { type Head, readHead } from '../store/head.ts'
import { checkPayloads, type PayloadDeps } from './payloads.ts'
import { createReport, type Report } from './report.ts'
import { checkRemovals } from './removals.ts'
import { checkPlaced } from './rest.ts'
import { checkBeyond, checkTree } from './tree.ts'

export interface CheckDeps extends PayloadDeps {
  readonly readEvents: ReadEvents
  readonly identity: () => Promise<LogIdentity>
}

/** Events that are opened in one transaction. */
const step = 500

/**
 * Computes the whole log again, up to where its head is now: leaves from what the events say, tiles, checkpoints, the head;
 * and looks for what is in the database and not in the log, and the other way about.
 * @param progress called with how many entries' events were compared, and what was found until then
 */
export async function checkLog(
  deps: CheckDeps,
  progress: (checked: number, report: Report) => Promise<void>,
): Promise<{ readonly head: Head; readonly report: Report }> {
  const report = createReport()
  const { vkey } = await deps.identity()
  const head = await deps.database.asSystem(readHead)
  await checkTree(deps.database, vkey, head, report)
  await checkBeyond(deps.database, report)
  await progress(0, report)
  for (let first = 1; first <= head.size; first += step) {
    const last = Math.min(first + step - 1, head.size)
    await checkPayloads(deps, first, last, report)
    await progress(last, report)
  }
  await checkPlaced(deps.database, report)
  await checkRemovals(deps.database, deps.readEvents, report)
  return { head, report }
}
