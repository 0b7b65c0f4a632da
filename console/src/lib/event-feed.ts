import type { Event } from '../api/types.ts'

/** How many events a page keeps; the oldest beyond that are let go (they stay in the ledger, and a filter finds them). */
const KEPT = 1000

/** What the events page shows: the events, newest first, and those that came while it was paused. */
export interface Feed {
  readonly events: readonly Event[]
  readonly held: readonly Event[]
  readonly paused: boolean
  /** The cursor of the next older page, or null at the beginning of the log. */
  readonly older: string | null
  /** What a reader of the screen is told of the last arrival. */
  readonly announcement: string
}

export type FeedAction =
  | { readonly type: 'opened'; readonly events: readonly Event[]; readonly older: string | null }
  | { readonly type: 'arrived'; readonly events: readonly Event[] }
  | { readonly type: 'reached'; readonly events: readonly Event[]; readonly older: string | null }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }

export const emptyFeed: Feed = { events: [], held: [], paused: false, older: null, announcement: '' }

export function feedReducer(feed: Feed, action: FeedAction): Feed {
  switch (action.type) {
    case 'opened':
      return { ...emptyFeed, paused: feed.paused, events: mergeEvents([], action.events), older: action.older }
    case 'arrived': {
      const unseen = action.events.filter(({ id }) => !has(feed.events, id) && !has(feed.held, id))
      if (feed.paused) {
        // An event that is shown already may have got its number meanwhile; a new one waits.
        const known = action.events.filter(({ id }) => has(feed.events, id))
        return { ...feed, events: mergeEvents(feed.events, known), held: mergeEvents(feed.held, unseen) }
      }
      return {
        ...feed,
        events: mergeEvents(feed.events, action.events),
        announcement: announce(unseen) ?? feed.announcement,
      }
    }
    case 'reached':
      // Older events were asked for: keep them all, however many there are.
      return { ...feed, events: mergeEvents(feed.events, action.events, Number.POSITIVE_INFINITY), older: action.older }
    case 'paused':
      return { ...feed, paused: true }
    default:
      // Resumed: what was held back joins.
      return {
        ...feed,
        paused: false,
        held: [],
        events: mergeEvents(feed.events, feed.held),
        announcement: announce(feed.held) ?? '',
      }
  }
}

/**
 * Puts events together, newest first, each id once. A later copy of an event replaces an earlier one: an event is recorded before the
 * sequencer numbers it, and edges deliver again when an answer was lost.
 */
export function mergeEvents(
  current: readonly Event[],
  incoming: readonly Event[],
  keep = Math.max(KEPT, current.length),
): readonly Event[] {
  if (incoming.length === 0) return current
  const byId = new Map(current.map((event) => [event.id, event]))
  for (const event of incoming) {
    const known = byId.get(event.id)
    byId.set(event.id, known !== undefined && known.seq !== null && event.seq === null ? known : event)
  }
  return [...byId.values()].toSorted(newestFirst).slice(0, keep)
}

function newestFirst(a: Event, b: Event): number {
  // A number decides when both have one; an event without is newer than the log's head, and among those the clock decides.
  if (a.seq !== null && b.seq !== null) return b.seq - a.seq
  if (a.seq === null && b.seq !== null) return -1
  if (a.seq !== null && b.seq === null) return 1
  return b.time.localeCompare(a.time) || b.id.localeCompare(a.id)
}

function has(events: readonly Event[], id: string): boolean {
  return events.some((event) => event.id === id)
}

function announce(events: readonly Event[]): string | null {
  const newest = events.toSorted(newestFirst)[0]
  if (newest === undefined) return null
  const number = events.length === 1 ? 'New event' : `${events.length} new events, newest`
  return `${number}: ${newest.kind}, ${newest.outcome}${newest.actor?.name === undefined ? '' : `, ${newest.actor.name}`}`
}
