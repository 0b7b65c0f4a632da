import type { Database } from '../../platform/database/database.ts'
import { type Reservation, reserveUses } from './store/uses.ts'

/** Writes reservations down, many in one transaction: whoever comes while one is under way is in the next. */
export interface Reserver {
  /** @returns how many messages were granted; 0 when the key has not so many left */
  reserve(wanted: Reservation): Promise<number>
}

interface Waiting {
  readonly wanted: Reservation
  readonly granted: PromiseWithResolvers<number>
}

const most = 500

export function createReserver(database: Pick<Database, 'aside'>, limit: number): Reserver {
  let waiting: Waiting[] = []
  let running = false

  async function run(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        const wanted = batch.map((each) => each.wanted)
        const granted = await database.aside((tx) => reserveUses(tx, wanted, limit))
        for (const each of batch) each.granted.resolve(granted.get(each.wanted.key) ?? 0)
      } catch (error) {
        for (const each of batch) each.granted.reject(error)
      }
    }
    running = false
  }

  return {
    reserve(wanted) {
      const granted = Promise.withResolvers<number>()
      waiting.push({ wanted, granted })
      if (!running) void run()
      return granted.promise
    },
  }
}
