import { useQuery } from '@tanstack/react-query'
import { access } from '../api/access.ts'
import { meQuery } from '../api/queries.ts'

/** What the caller may do on an application; nothing before it is known. For what to offer: each route decides anew. */
export function useMay(application: string): (action: string) => boolean {
  const { data } = useQuery({
    queryKey: ['me', 'on', application],
    queryFn: async () => await access.may(application),
    staleTime: 60_000,
  })
  return (action) => data?.actions.includes(action) === true
}

/** What the caller may do on the installation, as `/me` says. */
export function useMayHere(): (action: string) => boolean {
  const { data } = useQuery(meQuery)
  return (action) => data?.actions.includes(action) === true
}
