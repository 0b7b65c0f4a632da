import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { clients, invitations, mail, signIn } from './identity.ts'
import { unlessRefused } from './queries.ts'

export const invitationsQuery = infiniteQueryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ pageParam, signal }) => await invitations.list({ cursor: pageParam, limit: 100 }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
})

export const clientsQuery = (app: string) =>
  queryOptions({ queryKey: ['clients', app], queryFn: async () => await clients.list(app) })

export const connectionsQuery = queryOptions({ queryKey: ['connections'], queryFn: signIn.connections })

export const provisionersQuery = queryOptions({ queryKey: ['provisioners'], queryFn: signIn.provisioners })

export const signingKeysQuery = queryOptions({
  queryKey: ['signing-keys'],
  queryFn: signIn.signingKeys,
  // They take turns by themselves.
  refetchInterval: unlessRefused(15_000),
})

export const mailQuery = queryOptions({
  queryKey: ['mail', 'status'],
  queryFn: mail.status,
  refetchInterval: unlessRefused(10_000),
})

export const templatesQuery = queryOptions({ queryKey: ['mail', 'templates'], queryFn: mail.templates })

export const mailboxQuery = (to: string) =>
  queryOptions({
    queryKey: ['mail', 'mailbox', to],
    queryFn: async ({ signal }) => await mail.mailbox({ to, limit: 50 }, signal),
    refetchInterval: unlessRefused(5000),
    placeholderData: (previous) => previous,
  })
