import type { Read } from '../../../platform/work.ts'
import { addSeconds } from '../../../platform/clock.ts'
import { ok, type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Caller, Source } from '../../../platform/ports.ts'
import type { Keyring } from '../../keys/index.ts'
import type { WaitForNews } from '../news.ts'
import type { ReadEvents } from '../read.ts'
import { readHead } from '../store/head.ts'
import type { StoredEvent } from '../stored.ts'
import { searchErrors } from './errors.ts'
import { countFacets, type Facets } from './facets.ts'
import { type EventFilter, isAddressRange, type TokenFilter, withTokens } from './filter.ts'
import { listNewest } from './newest.ts'
import type { Readings } from './readings.ts'
import { followLog } from './tail.ts'
import { mostWords, type TextQuery, textQuery } from './text.ts'
import { searchPurpose } from './tokens.ts'
import { type EventQuery, type FilterQuery, usualDays } from './wire.ts'
import { uuid } from '../../../platform/uuid.ts'

export interface SearchDeps {
  readonly keys: Pick<Keyring, 'blindIndex'>
  readonly readEvents: ReadEvents
  readonly readings: Readings
  readonly waitForNews: WaitForNews
}

/** Who asks, and with what. */
export interface Asking {
  readonly caller: Caller
  readonly source: Source
  readonly requestId: string
  readonly read: Read
  readonly now: Date
  /** the client's */
  readonly signal: AbortSignal
}

export interface EventPage {
  readonly items: readonly StoredEvent[]
  readonly next: string | null
  readonly latest: string
  readonly complete: boolean
}

/** Lists events newest first, or follows the log with `after`. That somebody did is recorded before they see it. */
export async function searchEvents(query: EventQuery, asking: Asking, deps: SearchDeps): Promise<Outcome<EventPage>> {
  const { cursor, after, wait = 0, limit = 50, format: _, ...given } = query
  const read = readFilter(given)
  if (!read.ok) return read
  const { filter, text } = read.value
  const { read: readTx, now, caller } = asking
  const { tenant } = caller
  const tokens = await tokensOf(filter, readTx, deps)
  const { phrases } = text
  if (after !== undefined) {
    await deps.readings.record(asking, { what: 'tail', filter: told(tokens) })
    const { readEvents, waitForNews } = deps
    const page = await followLog(
      { filter: tokens, phrases, after, wait, limit },
      { read: readTx, readEvents, waitForNews, tenant, signal: asking.signal },
    )
    return ok({ items: page.items, next: null, latest: String(page.latest), complete: true })
  }
  const { size } = await readTx(readHead)
  const windowed = { ...tokens, since: tokens.since ?? addSeconds(now, -usualDays * 86_400) }
  const [page] = await Promise.all([
    listNewest(
      { filter: windowed, phrases, below: cursor, limit },
      { read: readTx, readEvents: deps.readEvents, tenant, now, size },
    ),
    deps.readings.record(asking, { what: 'search', filter: told(tokens) }),
  ])
  return page === undefined ? refuse(searchErrors.search_too_broad) : ok({ ...page, latest: String(size) })
}

export async function facetsOf(query: FilterQuery, asking: Asking, deps: SearchDeps): Promise<Outcome<Facets>> {
  const read = readFilter(query)
  if (!read.ok) return read
  const { read: readTx, now, caller } = asking
  const tokens = await tokensOf(read.value.filter, readTx, deps)
  const windowed = { ...tokens, since: tokens.since ?? addSeconds(now, -usualDays * 86_400) }
  const [facets] = await Promise.all([
    countFacets(windowed, { read: readTx, tenant: caller.tenant, now }),
    deps.readings.record(asking, { what: 'facets', filter: told(tokens) }),
  ])
  return facets === undefined ? refuse(searchErrors.search_too_broad) : ok(facets)
}

/** The key of the tokens is asked for only where there is something to make one of. */
async function tokensOf(filter: EventFilter, read: Read, { keys }: Pick<SearchDeps, 'keys'>): Promise<TokenFilter> {
  const { text, address, requestId } = filter
  if (text === undefined && address === undefined && requestId === undefined) {
    return { ...filter, addresses: [], words: [] }
  }
  return read(async (tx) => withTokens(filter, await keys.blindIndex(tx, searchPurpose)))
}

function readFilter({ query, address, ...rest }: FilterQuery): Outcome<{ filter: EventFilter; text: TextQuery }> {
  const range = address?.find(isAddressRange)
  if (range !== undefined) return refuse(searchErrors.address_range_unsupported, { address: range })
  const text = textQuery(query ?? '')
  if (query !== undefined && text.words.length === 0) return refuse(searchErrors.search_empty)
  if (text.words.length > mostWords) {
    return refuse(searchErrors.search_too_long, { words: text.words.length, most: mostWords })
  }
  return ok({ filter: { ...rest, address, ...(query !== undefined && { text }) }, text })
}

/**
 * What the record of a reading says of the search. Words and addresses may be a person's: their tokens tell who looked for the
 * same, without saying for what, and are words of the event by which it is found. An id is kept where it is one of ours: what
 * an application names people by may be their address, and would live on here when they are erased.
 */
function told({ words, addresses, since, until, ...rest }: TokenFilter): Record<string, unknown> {
  const given = Object.entries({ ...rest, ...ownIds(rest) }).filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(given),
    ...(since !== undefined && { since: since.toISOString() }),
    ...(until !== undefined && { until: until.toISOString() }),
    ...(words.length > 0 && { words: words.map((word) => BigInt.asUintN(64, BigInt(word)).toString(16)) }),
    ...(addresses.length > 0 && { addresses: addresses.map((address) => address.toString('hex')) }),
  }
}

function ownIds({ actor, target, requestId }: Partial<EventFilter>): Record<string, string | undefined> {
  const kept = (id: string | undefined) => (id === undefined || uuid.test(id) ? id : '[not kept]')
  return { actor: kept(actor), target: kept(target), requestId: kept(requestId) }
}
