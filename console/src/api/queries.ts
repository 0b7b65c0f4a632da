import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { isTransient } from './client.ts'
import { api } from './index.ts'
import { ledger } from './ledger.ts'
import type { Page, Service } from './types.ts'

/** Asks again every so many milliseconds, but not after a refusal: each would be one more refusal in the ledger. */
export function unlessRefused(
  milliseconds: number,
): (query: { readonly state: { readonly error: unknown } }) => number | false {
  return ({ state: { error } }) => (error === null || isTransient(error) ? milliseconds : false)
}

/** The questions that more than one page asks; the first word of a key is what a change invalidates. */
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: api.me, staleTime: 60_000 })

export const groupsQuery = queryOptions({ queryKey: ['groups'], queryFn: api.groups })

/** All services: there are as many as there are programs with a key, and pickers need every one. */
export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: async () => {
    const items: Service[] = []
    let cursor: string | null = null
    do {
      const page: Page<Service> = await api.services({ cursor, limit: 200 })
      items.push(...page.items)
      cursor = page.next
    } while (cursor !== null)
    return { items }
  },
})

export const applicationsQuery = queryOptions({
  queryKey: ['applications'],
  queryFn: api.applications,
  // Edges come and go by themselves.
  refetchInterval: unlessRefused(10_000),
})

export const personQuery = (id: string) =>
  queryOptions({ queryKey: ['people', 'one', id], queryFn: async () => await api.person(id) })

export const peopleQuery = (query: string) =>
  infiniteQueryOptions({
    queryKey: ['people', 'list', query],
    queryFn: async ({ pageParam, signal }) => await api.people({ query, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  })

export const sessionsQuery = (person: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['sessions', person ?? ''],
    queryFn: async ({ pageParam, signal }) => await api.sessions({ person, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: unlessRefused(15_000),
  })

/** How the log does against its anchors; asked seldom, since more than one page tells when it has stopped. */
export const anchorsQuery = queryOptions({
  queryKey: ['ledger', 'anchors'],
  queryFn: async ({ signal }) => await ledger.anchors(signal),
  refetchInterval: unlessRefused(10_000),
})

export const searchesQuery = queryOptions({ queryKey: ['searches'], queryFn: ledger.searches, staleTime: 60_000 })

export const eventQuery = (id: string) =>
  queryOptions({ queryKey: ['events', id], queryFn: async () => await ledger.event(id) })
