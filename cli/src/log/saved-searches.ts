import type { Api, Query } from '../api/client.ts'
import type { Page } from '../api/types.ts'
import { Failure } from '../failure.ts'

export interface SavedSearch {
  readonly id: string
  readonly name: string
  readonly filter: Readonly<Record<string, string>>
  readonly shared: boolean
  readonly yours: boolean
}

/** @returns one's own of this name, or else a shared one */
export async function findSearch(api: Api, name: string): Promise<SavedSearch> {
  const { items } = await api.get<Page<SavedSearch>>('/ledger/searches')
  const named = items.filter((search) => search.name === name || search.id === name)
  const found = named.find(({ yours }) => yours) ?? named[0]
  if (found !== undefined) return found
  const names = items.map((search) => search.name).join(', ')
  throw new Failure({
    code: 'not_found',
    detail: `There is no saved search ${name}.`,
    mend: names === '' ? 'Save one with --save.' : `There are: ${names}.`,
  })
}

/** One's own search of this name is replaced: two of one name could not be told apart. */
export async function saveSearch(api: Api, name: string, query: Query, shared: boolean): Promise<SavedSearch> {
  const filter = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)]))
  const { items } = await api.get<Page<SavedSearch>>('/ledger/searches')
  const own = items.find((search) => search.yours && search.name === name)
  if (own !== undefined) return api.patch<SavedSearch>(`/ledger/searches/${own.id}`, { filter, shared })
  return api.post<SavedSearch>('/ledger/searches', { name, filter, shared })
}
