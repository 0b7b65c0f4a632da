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

export function saveSearch(api: Api, name: string, query: Query, shared: boolean): Promise<SavedSearch> {
  const filter = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)]))
  return api.post<SavedSearch>('/ledger/searches', { name, filter, shared })
}
