import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import { change, remove, save, type SavedDeps } from './saved.ts'
import type { SavedSearch as Saved } from './saved-store.ts'
import { facetsOf, type SearchDeps, searchEvents } from './search.ts'
import { ChangedSearch, EventPage, EventQuery, FacetAnswer, FilterQuery, NewSearch, SavedSearch } from './wire.ts'

export interface SearchRouteDeps extends SearchDeps {
  readonly saved: SavedDeps
}

const permission = {
  action: 'listEvents',
  resource: () => ({ type: 'Installation', id: 'installation' }),
} as const

export const searchRoutes = (deps: SearchRouteDeps): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/events',
    summary: 'Search events, newest first; with after and wait, follow the log as it grows, oldest first',
    permission,
    input: { query: EventQuery },
    output: EventPage,
    event: 'log.read',
    limit: perPrincipal(600, 'minute'),
    handler: async ({ query, caller, source, read, now, request }) => {
      const { signal, requestId } = request
      const page = await searchEvents(query, { caller, source, requestId, read, now, signal }, deps)
      if (!page.ok) return page
      const { items, ...rest } = page.value
      const shown = query.format === 'ocsf' ? ocsf : view
      return ok({ ...rest, items: items.map(shown) })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/facets',
    summary: 'Count the events of a search by kind, outcome, actor, application and class',
    permission,
    input: { query: FilterQuery },
    output: FacetAnswer,
    event: 'log.read',
    limit: perPrincipal(120, 'minute'),
    handler: async ({ query, caller, source, read, now, request }) => {
      const { signal, requestId } = request
      const facets = await facetsOf(query, { caller, source, requestId, read, now, signal }, deps)
      if (!facets.ok) return facets
      const { kind, outcome, actor, application, since, counted, complete } = facets.value
      const lists = { kind, outcome, actor, application, class: facets.value.class }
      const copied = Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, [...values]]))
      return ok({ ...(copied as Lists), counted, complete, since: since?.toISOString() ?? null })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/ledger/searches',
    summary: 'List the saved searches that are yours or shared',
    permission,
    output: z.object({ items: z.array(SavedSearch), next: z.null() }),
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ caller, read }) => {
      const found = await read((tx) => deps.saved.store.list(tx, caller.principal))
      return ok({ items: found.map((search) => shownTo(caller.principal, search)), next: null })
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/ledger/searches',
    summary: 'Save a search of the log, for yourself or for everybody who may list events',
    permission,
    input: { body: NewSearch },
    output: SavedSearch,
    event: 'search.saved',
    limit: perPrincipal(60, 'minute'),
    handler: async ({ caller, body, work, now }) => {
      const saved = await work((tx) => save(tx, caller.principal, body, now, deps.saved))
      return saved.ok ? ok(shownTo(caller.principal, saved.value), saved.reply) : saved
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: '/api/v1/ledger/searches/:id',
    summary: 'Change a saved search of yours',
    permission,
    input: { body: ChangedSearch },
    output: SavedSearch,
    event: 'search.changed',
    limit: perPrincipal(60, 'minute'),
    handler: async ({ caller, params, body, work, now }) => {
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      const changed = await work((tx) => change(tx, caller.principal, params.id, given, now, deps.saved))
      return changed.ok ? ok(shownTo(caller.principal, changed.value)) : changed
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/ledger/searches/:id',
    summary: 'Delete a saved search of yours',
    permission,
    output: z.object({ deleted: z.literal(true) }),
    event: 'search.deleted',
    limit: perPrincipal(60, 'minute'),
    handler: ({ caller, params, work }) => work((tx) => remove(tx, caller.principal, params.id, deps.saved)),
  }),
]

type Lists = Pick<z.input<typeof FacetAnswer>, 'kind' | 'outcome' | 'actor' | 'application' | 'class'>
type Item = z.input<typeof EventPage>['items'][number]
type Found = Parameters<typeof view>[0]

function view({ view: event, seq }: { readonly view: object; readonly seq: number | null }): Item {
  return { ...event, seq }
}

function ocsf({ document }: Found & { readonly document: object }): Item {
  return { ...document }
}

function shownTo(reader: Uid, search: Saved): z.input<typeof SavedSearch> {
  const { owner, createdAt, changedAt, filter } = search
  return {
    ...search,
    filter: { ...filter },
    yours: owner.type === reader.type && owner.id === reader.id,
    createdAt: createdAt.toISOString(),
    changedAt: changedAt.toISOString(),
  }
}
