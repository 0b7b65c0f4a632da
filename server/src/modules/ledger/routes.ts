import type { Database } from '../../platform/database/database.ts'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok } from '../../platform/outcome.ts'
import { viewEvent } from './find.ts'
import { listEvents } from './list.ts'
import type { WaitForNews } from './news.ts'
import { readHead, selectChain } from './store.ts'
import { ChainPage, ChainQuery, EventPage, EventQuery, EventWithPlace, Head } from './wire.ts'

export interface LedgerRouteDeps {
  readonly database: Database
  readonly waitForNews: WaitForNews
}

const installation = () => ({ type: 'Installation', id: 'installation' })

export const routes = ({ database, waitForNews }: LedgerRouteDeps): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/events',
    summary: 'List events, newest first; with after and wait, follow them as they are recorded, oldest first',
    permission: { action: 'listEvents', resource: installation },
    input: { query: EventQuery },
    output: EventPage,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ query: { cursor, before, wait, limit, ...rest }, read, request }) => {
      const query = { ...rest, before: before ?? cursor, wait: wait ?? 0, limit: limit ?? 50 }
      const page = await listEvents(read, waitForNews, query, request.signal)
      return ok({ ...page, items: [...page.items] })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/events/:id',
    summary: 'Show one event with its place in the chain',
    permission: { action: 'viewEvent', resource: ({ params }) => ({ type: 'Event', id: params.id }) },
    output: EventWithPlace,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read }) => viewEvent(read, database, params.id),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/head',
    summary: 'Say where the hash chain of the installation stands',
    permission: { action: 'verifyLedger', resource: installation },
    output: Head,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ read }) => {
      const head = await read(readHead)
      return ok({ ...head, time: head.time?.toISOString() ?? null })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/chain',
    summary: 'Read the hash chain for verification; events of other tenants show their hashes only',
    permission: { action: 'verifyLedger', resource: installation },
    input: { query: ChainQuery },
    output: ChainPage,
    reads: true,
    limit: perPrincipal(1200, 'minute'),
    handler: async ({ query: { after = 0, limit = 100 }, caller }) => {
      const items = await database.asSystem((tx) => selectChain(tx, caller.tenant, after, limit))
      const last = items.length === limit ? items.at(-1) : undefined
      return ok({
        items: items.map((item) => ({ ...item, event: item.event?.event ?? null })),
        next: last === undefined ? null : String(last.seq),
      })
    },
  }),
]
