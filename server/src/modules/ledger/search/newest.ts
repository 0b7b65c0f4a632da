import { sql } from 'kysely'
import type { Read } from '../../../platform/work.ts'
import type { ReadEvents } from '../read.ts'
import type { StoredEvent } from '../stored.ts'
import { askBounded, tooLong } from './bounded.ts'
import type { TokenFilter } from './filter.ts'
import { type IdRange, matching } from './match.ts'
import { hasPhrases } from './text.ts'
import { timeOfUuid, uuidAt } from './uuid-time.ts'

export interface NewestQuery {
  readonly filter: TokenFilter
  readonly phrases: readonly string[]
  /** what lies below this id: the `next` of the page before */
  readonly below: string | undefined
  readonly limit: number
}

export interface NewestPage {
  /** newest first, by id */
  readonly items: readonly StoredEvent[]
  /** where the next page begins; null at the end */
  readonly next: string | null
  /** false when the time for one answer was over before the page was full: `next` goes on where it ended */
  readonly complete: boolean
}

export interface NewestDeps {
  readonly read: Read
  readonly readEvents: ReadEvents
  readonly tenant: string
  readonly now: Date
  /** events above it have no place yet, and are found a moment later */
  readonly size: number
  /** milliseconds for one answer; 4,000 when not said */
  readonly budget?: number
}

const hour = 3_600_000
/** By how much the time in an id and that in its event may differ: an edge makes both, one after the other. */
const slack = hour
/** Least width of a slice, in milliseconds. */
const narrowest = 1_000
/** A slice without enough is followed by one so many times as wide. */
const growth = 4

/**
 * Looks from the newest on in slices of time, which grow as long as they hold too little: a frequent word fills the page from the
 * first, a rare one has the whole window searched in a few questions, and none of them can take the database for itself.
 * @returns undefined when not even a second's worth of events could be searched in time
 */
export async function listNewest(query: NewestQuery, deps: NewestDeps): Promise<NewestPage | undefined> {
  const { filter, phrases, limit } = query
  const ends = performance.now() + (deps.budget ?? 4_000)
  const floor = filter.since === undefined ? 0 : filter.since.getTime() - slack
  const items: StoredEvent[] = []
  let below = lower(query.below, filter.until === undefined ? undefined : uuidAt(filter.until.getTime() + slack))
  let width = hour
  let progressed = false
  for (;;) {
    const top = below === undefined ? deps.now.getTime() : timeOfUuid(below)
    const bottom = Math.max(floor, top - width)
    const last = bottom <= floor
    const range: IdRange = { from: last && floor === 0 ? undefined : uuidAt(bottom), below }
    const take = limit + 1 - items.length
    const left = ends - performance.now()
    const ids = left <= 0 ? tooLong : await idsIn(range, take, left)
    if (ids === tooLong) {
      if (progressed) return { items, next: below ?? null, complete: false }
      if (left <= 0 || width <= narrowest) return undefined
      // Half of what is left for a slice that is much smaller.
      width = Math.max(narrowest, width / 60)
      continue
    }
    progressed = true
    const events = await deps.read((tx) => deps.readEvents(tx, ids))
    for (const event of events) {
      if (event.seq !== null && event.seq <= deps.size && hasPhrases(event.view, phrases)) items.push(event)
    }
    if (items.length > limit) {
      const page = items.slice(0, limit)
      return { items: page, next: page.at(-1)?.id ?? null, complete: true }
    }
    if (ids.length === take) below = ids.at(-1)
    else if (last) return { items, next: null, complete: true }
    else {
      below = uuidAt(bottom)
      width *= growth
    }
  }

  function idsIn(range: IdRange, take: number, milliseconds: number) {
    // A first slice that is too dear must leave time for a smaller one.
    return askBounded(deps.read, progressed ? milliseconds : milliseconds / 2, async (tx) => {
      const { rows } = await sql<{ id: string }>`
        SELECT e.id ${matching(filter, deps.tenant, range)} ORDER BY e.id DESC LIMIT ${take}`.execute(tx.kysely())
      return rows.map(({ id }) => id)
    })
  }
}

function lower(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
