import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from './index.ts'

/** The questions that more than one page asks; the first word of a key is what a change invalidates. */
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: api.me, staleTime: 60_000 })

export const groupsQuery = queryOptions({ queryKey: ['groups'], queryFn: api.groups })

export const servicesQuery = queryOptions({ queryKey: ['services'], queryFn: api.services })

export const applicationsQuery = queryOptions({
  queryKey: ['applications'],
  queryFn: api.applications,
  // Edges come and go by themselves.
  refetchInterval: 10_000,
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
    refetchInterval: 15_000,
  })
