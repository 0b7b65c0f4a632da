import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import type { Route } from '../../../platform/http/route.ts'
import type { Outcome } from '../../../platform/outcome.ts'
import type { RecordEvent } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import { createUnitOfWork } from '../../../platform/work.ts'
import type { Keyring } from '../../keys/index.ts'
import type { WaitForNews } from '../news.ts'
import type { ReadEvents } from '../read.ts'
import { createReadings, type Readings } from './readings.ts'
import { searchRoutes } from './routes.ts'
import { type Asking, type EventPage, searchEvents } from './search.ts'
import type { EventQuery } from './wire.ts'
import { savedStore } from './saved-store.ts'

export type { Readings } from './readings.ts'
export type { Asking } from './search.ts'

/** As `GET /api/v1/events` searches: that somebody reads is recorded before they see it. */
export type SearchEvents = (query: EventQuery, asking: Asking) => Promise<Outcome<EventPage>>

export interface SearchRoomDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly keys: Pick<Keyring, 'blindIndex' | 'encrypted'>
  readonly readEvents: ReadEvents
  readonly waitForNews: WaitForNews
  readonly recordEvent: RecordEvent
  readonly onError: (error: unknown) => void
}

export interface SearchRoom {
  readonly routes: readonly Route[]
  readonly search: SearchEvents
  /** That somebody reads the log is recorded through this, before they see it. */
  readonly readings: Readings
}

export function createSearch(deps: SearchRoomDeps): SearchRoom {
  const { database, clock, random, keys, recordEvent, onError } = deps
  const units = createUnitOfWork(database, recordEvent)
  const readings = createReadings({
    clock,
    onError,
    record: async (_, entries) => {
      const [first] = entries
      if (first === undefined) return
      await units.work(first.context, async (tx) => {
        for (const { event, context } of entries) await recordEvent(tx, event, context)
      })
    },
  })
  return {
    readings,
    routes: searchRoutes({ ...deps, readings, saved: { store: savedStore(keys), random } }),
    search: (query, asking) => searchEvents(query, asking, { ...deps, readings }),
  }
}
