import type { Clock } from '../../../platform/clock.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import type { WorkContext } from '../../../platform/ports.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import type { Counters } from './buffer.ts'
import { type Beat, putBeat, takeLost } from './processes.ts'

export interface HeartbeatDeps {
  readonly units: UnitOfWork
  readonly clock: Clock
  /** the installation's own: its first tenant */
  readonly context: WorkContext
  readonly process: string
  readonly version: string
  readonly everySeconds: number
  readonly counters: () => Counters
}

export interface Heartbeat {
  /** Records that this process lives, and which others do no longer. @throws when it cannot be recorded */
  beat(last?: boolean): Promise<void>
}

export function createHeartbeat(deps: HeartbeatDeps): Heartbeat {
  const { units, clock, context, process, version, everySeconds, counters } = deps
  const startedAt = clock.now()
  let number = 0
  return {
    async beat(last = false) {
      number += 1
      const { accepted, recorded, lost } = counters()
      const beat: Beat = { process, version, startedAt, number, everySeconds, accepted, recorded, lost, last }
      await units.work(context, async (tx) => {
        await tx.record({
          kind: 'ledger.heartbeat',
          resource: { type: 'Process', id: process },
          data: { version, number, everySeconds, accepted, recorded, lost, ...(last && { last }) },
        })
        const gone = await asSystemIn(tx, async () => {
          await putBeat(tx, beat, clock.now())
          return takeLost(tx, clock.now())
        })
        for (const { process: id, startedAt: started, beatAt, ...rest } of gone) {
          await tx.record({
            kind: 'ledger.process_lost',
            outcome: 'failure',
            resource: { type: 'Process', id },
            data: { ...rest, startedAt: started.toISOString(), beatAt: beatAt.toISOString() },
          })
        }
      })
    },
  }
}
