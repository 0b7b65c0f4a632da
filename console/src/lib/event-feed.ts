import type { Event } from '../api/types.ts'

/** How many events a page keeps; the oldest beyond that are let go (they stay in the log, and a filter finds them). */
const KEPT = 1000

/** What the events page shows: the events, newest first, and those that came while it was paused. */
export interface Feed {
  readonly events: readonly Event[]
  readonly held: readonly Event[]
  readonly paused: boolean
  /** The cursor of the next older page, or null where the search ends. */
  readonly older: string | null
  /** false: the last answer was ended before it was full, because looking took too long; `older` goes on. */
  readonly complete: boolean
  /** The ids of the last arrival. */
  readonly fresh: ReadonlySet<string>
  /** What a reader of the screen is told of the last arrival. */
  readonly announcement: string
}

interface FeedPage {
  readonly events: readonly Event[]
  readonly older: string | null
  readonly complete: boolean
}

export type FeedAction =
  | ({ readonly type: 'opened' } & FeedPage)
  | { readonly type: 'arrived'; readonly events: readonly Event[] }
  | ({ readonly type: 'reached' } & FeedPage)
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }

export const emptyFeed: Feed = {
  events: [],
  held: [],
  paused: false,
  older: null,
  complete: true,
  fresh: new Set(),
  announcement: '',
}

export function feedReducer(feed: Feed, action: FeedAction): Feed {
  switch (action.type) {
    case 'opened': {
      const { events, older, complete } = action
      return { ...emptyFeed, paused: feed.paused, events: mergeEvents([], events), older, complete }
    }
    case 'arrived': {
      const unseen = action.events.filter(({ id }) => !has(feed.events, id) && !has(feed.held, id))
      if (unseen.length === 0) return feed
      if (feed.paused) return { ...feed, held: mergeEvents(feed.held, unseen) }
      return shown(feed, unseen)
    }
    case 'reached': {
      // Older events were asked for: keep them all, however many there are.
      const { events, older, complete } = action
      return { ...feed, events: mergeEvents(feed.events, events, Number.POSITIVE_INFINITY), older, complete }
    }
    case 'paused':
      return { ...feed, paused: true }
    default:
      return { ...shown(feed, feed.held), paused: false, held: [] }
  }
}

/** More came while it was paused than is held: what lies between is to be looked up again. */
export function overflowed({ held }: Feed): boolean {
  return held.length >= KEPT
}

/** How many wait: past the bound it is no longer counted. */
export function waiting(feed: Feed): string {
  const { held } = feed
  return overflowed(feed) ? `${KEPT.toLocaleString('en-GB')} or more` : String(held.length)
}

/**
 * Puts events together, newest first by their ids, as the server lists them; each id once, since edges deliver again when an answer
 * was lost. The log gives late events a late place, but here they stand at the time when they happened.
 */
export function mergeEvents(
  current: readonly Event[],
  incoming: readonly Event[],
  keep = Math.max(KEPT, current.length),
): readonly Event[] {
  if (incoming.length === 0) return current
  const byId = new Map([...current, ...incoming].map((event) => [event.id, event]))
  return [...byId.values()].toSorted(newestFirst).slice(0, keep)
}

function shown(feed: Feed, arrived: readonly Event[]): Feed {
  const all = mergeEvents(feed.events, arrived, Number.POSITIVE_INFINITY)
  const events = all.slice(0, Math.max(KEPT, feed.events.length))
  return {
    ...feed,
    events,
    // What was let go is where the next older page begins.
    older: events.length < all.length ? (events.at(-1)?.id ?? null) : feed.older,
    fresh: new Set(arrived.map(({ id }) => id)),
    announcement: announce(arrived) ?? feed.announcement,
  }
}

/** Ids are UUIDv7: in the order of their text they are in the order of their time. */
function newestFirst(a: Event, b: Event): number {
  return a.id < b.id ? 1 : -1
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
