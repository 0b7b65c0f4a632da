import type { Database } from '../../../../platform/database/database.ts'
import type { UnitOfWork } from '../../../../platform/work.ts'
import { markOverdueTold, selectOverdue } from '../store/delivery.ts'
import { readBehind } from '../store/sinks.ts'
import { system } from './deliver.ts'

/**
 * Records `sink.failed` for each sink that has taken nothing for longer than it may. Once: whoever marks it records it, in
 * one transaction, whichever replica that is.
 */
export async function tellOverdue(database: Database, units: UnitOfWork): Promise<void> {
  for (const { tenant, id } of await database.asSystem(selectOverdue)) {
    await units.work(system(tenant), async (tx) => {
      const sink = await markOverdueTold(tx, id)
      if (sink === undefined) return
      const { name, kind, failures, seconds, cursor, error } = sink
      const behind = await readBehind(tx, cursor)
      await tx.record({
        kind: 'sink.failed',
        outcome: 'failure',
        resource: { type: 'Sink', id },
        reason: 'sink_failing',
        data: { name, kind, failures, failingSeconds: seconds, cursor, behind: behind.events, error },
      })
    })
  }
}
