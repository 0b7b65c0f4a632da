import { at, type Query } from './client.ts'
import { file, get, send } from './connection.ts'
import type {
  Anchors,
  Answer,
  Consistency,
  Erasure,
  EventInFull,
  EventPage,
  Facets,
  Head,
  Hold,
  LogCheck,
  NewHold,
  NewSearch,
  Retention,
  SavedSearch,
  SearchChange,
} from './types.ts'

/** The routes of the log, save those of the ways out (api/sinks.ts). */
export const ledger = {
  events: async (query: Query, signal?: AbortSignal) => await get<EventPage>('/events', query, signal),
  facets: async (query: Query, signal?: AbortSignal) => await get<Facets>('/ledger/facets', query, signal),
  event: async (id: string) => await get<EventInFull>(at`/events/${id}`),
  proof: async (id: string, signal?: AbortSignal) => await (await file(at`/events/${id}/proof`, {}, signal)).text(),

  searches: async () => await get<Answer<'GET /api/v1/ledger/searches'>>('/ledger/searches'),
  saveSearch: async (search: NewSearch) => await send<SavedSearch>('POST', '/ledger/searches', search),
  changeSearch: async (id: string, change: SearchChange) =>
    await send<SavedSearch>('PATCH', at`/ledger/searches/${id}`, change),
  deleteSearch: async (id: string) => await send<void>('DELETE', at`/ledger/searches/${id}`),

  head: async (signal?: AbortSignal) => await get<Head>('/ledger/head', {}, signal),
  consistency: async (from: number, to: number, signal?: AbortSignal) =>
    await get<Consistency>('/ledger/consistency', { from, to }, signal),
  anchors: async (signal?: AbortSignal) => await get<Anchors>('/ledger/anchors', {}, signal),
  acknowledge: async (reason: string) => await send<void>('POST', '/ledger/anchors/acknowledge', { reason }),
  startCheck: async () => await send<Answer<'POST /api/v1/ledger/fsck'>>('POST', '/ledger/fsck'),
  check: async (id: string) => await get<LogCheck>(at`/ledger/fsck/${id}`),
  pack: async (from: number, to: number, signal?: AbortSignal) => await file('/ledger/pack', { from, to }, signal),

  retention: async () => await get<Retention>('/ledger/retention'),
  keepFor: async (target: string, days: number) => await send<void>('PUT', at`/ledger/retention/${target}`, { days }),
  keepAsUsual: async (target: string) => await send<void>('DELETE', at`/ledger/retention/${target}`),
  holds: async () => await get<Answer<'GET /api/v1/ledger/holds'>>('/ledger/holds'),
  placeHold: async (hold: NewHold) => await send<Hold>('POST', '/ledger/holds', hold),
  releaseHold: async (id: string) => await send<Hold>('POST', at`/ledger/holds/${id}/release`),
  erase: async (person: string) => await send<Erasure>('DELETE', at`/events/subjects/${'Person'}/${person}`),
}
