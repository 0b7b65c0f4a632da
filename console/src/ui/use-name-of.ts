import { useQuery } from '@tanstack/react-query'
import { meQuery, personQuery } from '../api/queries.ts'

/**
 * The name of a person whom only an id says, asked of the directory; each once, however often they appear.
 * @returns undefined while it is not known, when it is nobody of the directory, and to whoever may not look there
 */
export function useNameOf(type: string | undefined, id: string, known?: string): string | undefined {
  const me = useQuery(meQuery)
  const enabled = known === undefined && type === 'Person' && me.data?.actions.includes('listPeople') === true
  const person = useQuery({ ...personQuery(id), enabled, retry: false, staleTime: 60_000 })
  return known ?? (enabled ? person.data?.name : undefined)
}
