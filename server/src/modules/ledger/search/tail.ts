import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import type { Read } from '../../../platform/work.ts'
import type { WaitForNews } from '../news.ts'
import type { ReadEvents } from '../read.ts'
import { readHead } from '../store/head.ts'
import type { StoredEvent } from '../stored.ts'
import type { TokenFilter } from './filter.ts'
import { onEach } from './match.ts'
import { hasPhrases } from './text.ts'

export interface TailQuery {
  readonly filter: TokenFilter
  readonly phrases: readonly string[]
  /** what lies above this place: the `latest` of the answer before */
  readonly after: number
  /** seconds to wait for the first one that follows */
  readonly wait: number
  readonly limit: number
}

export interface TailPage {
  /** oldest first, by place */
  readonly items: readonly StoredEvent[]
  /** the place from which to go on */
  readonly latest: number
}

export interface TailDeps {
  readonly read: Read
  readonly readEvents: ReadEvents
  readonly tenant: string
  readonly waitForNews: WaitForNews
  /** the client's */
  readonly signal: AbortSignal
}

/** Places that one question looks at: whoever follows from long ago with a filter goes through the log piece by piece. */
const span = 20_000

/**
 * Follows the log by its places: nothing is skipped, since an event that commits late gets a late place. It answers as soon as
 * something came, or with nothing when the time is over, the client is gone or the server stops.
 */
export async function followLog(query: TailQuery, deps: TailDeps): Promise<TailPage> {
  const until = performance.now() + query.wait * 1000
  let { after } = query
  for (;;) {
    // Waiting begins before the look: what comes in between is not missed.
    const looked = new AbortController()
    const left = (until - performance.now()) / 1000
    const news = deps.waitForNews(AbortSignal.any([deps.signal, looked.signal]), left)
    let page: TailPage & { readonly more: boolean }
    try {
      page = await deps.read((tx) => look(tx, after, query, deps))
    } catch (error) {
      looked.abort()
      throw error
    }
    after = page.latest
    if (page.items.length > 0 || (page.more && (left <= 0 || deps.signal.aborted))) {
      looked.abort()
      return page
    }
    if (page.more) looked.abort()
    else if ((await news) === 'over') return page
  }
}

async function look(tx: Transaction, after: number, { filter, phrases, limit }: TailQuery, deps: TailDeps) {
  // The head is read first: everything up to it has been committed.
  const { size } = await readHead(tx)
  const upTo = Math.min(size, after + span)
  if (upTo <= after) return { items: [], latest: after, more: false }
  const { rows } = await asSystemIn(tx, () =>
    sql<{ id: string; seq: string }>`
      SELECT e.id, l.seq FROM log_entries l JOIN events e ON e.tenant_id = l.tenant_id AND e.id = l.event_id
      WHERE ${sql.join([sql`l.tenant_id = ${deps.tenant}::uuid`, sql`l.seq > ${after}`, sql`l.seq <= ${upTo}`, ...onEach(filter)], sql` AND `)}
      ORDER BY l.seq LIMIT ${limit}`.execute(tx.kysely()),
  )
  const found = await deps.readEvents(
    tx,
    rows.map(({ id }) => id),
  )
  const latest = rows.length === limit ? Number(rows.at(-1)?.seq) : upTo
  return { items: found.filter(({ view }) => hasPhrases(view, phrases)), latest, more: latest < size }
}
