import type { Event } from '@holdfast/events'
import type { Transaction } from '../../platform/database/database.ts'
import type { Read } from '../../platform/work.ts'
import type { WaitForNews } from './news.ts'
import { readHead, selectEvents, type EventFilter } from './store.ts'

export interface ListQuery extends EventFilter {
  /** list what lies below this place: the `next` of the page before */
  readonly before?: number | undefined
  /** follow what lies above this place: the `latest` of the answer before */
  readonly after?: number | undefined
  /** seconds to wait for the first one that follows */
  readonly wait: number
  readonly limit: number
}

export interface EventPage {
  readonly items: readonly Event[]
  readonly next: string | null
  readonly latest: string
}

/** Places of the ledger that a search for text looks through at a time; `next` goes on below them. */
const textWindow = 50_000

/** Newest first, a page at a time. A page of a text search may be short, or empty, and still have a next one. */
async function listNewest(tx: Transaction, query: ListQuery): Promise<EventPage> {
  const head = await readHead(tx)
  const upTo = Math.min(head.seq, (query.before ?? head.seq + 1) - 1)
  const above = query.query === undefined ? 0 : Math.max(0, upTo - textWindow)
  const found = await selectEvents(tx, query, { above, upTo, limit: query.limit + 1, newestFirst: true })
  const items = found.slice(0, query.limit).map(({ event }) => event)
  const last = items.at(-1)?.seq ?? null
  const more = found.length > query.limit ? last : null
  const below = above > 0 ? above + 1 : null
  return { items, next: (more ?? below)?.toString() ?? null, latest: String(head.seq) }
}

/** Oldest first, what lies above a place. The head is read first: everything up to it has been committed. */
async function listAfter(tx: Transaction, query: ListQuery, after: number): Promise<EventPage> {
  const head = await readHead(tx)
  const range = { above: after, upTo: head.seq, limit: query.limit, newestFirst: false }
  const items = head.seq <= after ? [] : (await selectEvents(tx, query, range)).map(({ event }) => event)
  const last = items.at(-1)?.seq
  const latest = items.length === query.limit && last != null ? last : Math.max(head.seq, after)
  return { items, next: null, latest: String(latest) }
}

/**
 * Lists events that have their place. With `after` it follows the ledger: it answers as soon as something came, or
 * with nothing when the time is over, the client is gone or the server stops.
 */
export async function listEvents(
  read: Read,
  waitForNews: WaitForNews,
  query: ListQuery,
  signal: AbortSignal,
): Promise<EventPage> {
  if (query.after === undefined) return read((tx) => listNewest(tx, query))
  const until = performance.now() + query.wait * 1000
  let after = query.after
  for (;;) {
    // Waiting begins before the look: what comes in between is not missed.
    const looked = new AbortController()
    const news = waitForNews(AbortSignal.any([signal, looked.signal]), (until - performance.now()) / 1000)
    let page: EventPage
    try {
      page = await read((tx) => listAfter(tx, query, after))
    } catch (error) {
      looked.abort()
      throw error
    }
    if (page.items.length > 0) {
      looked.abort()
      return page
    }
    after = Number(page.latest)
    if ((await news) === 'over') return page
  }
}
