import type { Random } from '../../../platform/random.ts'
import { ok, type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import { searchErrors } from './errors.ts'
import type { SavedSearch, SavedStore } from './saved-store.ts'
import { uuid } from '../../../platform/uuid.ts'

/** Saved searches that one may have. */
const most = 100

export interface SavedDeps {
  readonly store: SavedStore
  readonly random: Random
}

type Given = Pick<SavedSearch, 'name' | 'filter' | 'shared'>

export async function save(
  tx: Tx,
  owner: Uid,
  given: Given,
  now: Date,
  { store, random }: SavedDeps,
): Promise<Outcome<SavedSearch>> {
  if ((await store.count(tx, owner)) >= most) return refuse(searchErrors.searches_too_many, { most })
  const search = { ...given, id: random.id(), owner, createdAt: now, changedAt: now }
  await store.put(tx, search)
  await tx.record({
    kind: 'search.saved',
    resource: { type: 'SavedSearch', id: search.id },
    data: { shared: given.shared },
  })
  return ok(search, { status: 201 })
}

/** Its owner alone changes a search, shared or not. */
export async function change(
  tx: Tx,
  reader: Uid,
  id: string,
  given: Partial<Given>,
  now: Date,
  { store }: SavedDeps,
): Promise<Outcome<SavedSearch>> {
  const found = await ownSearch(tx, reader, id, store)
  if (!found.ok) return found
  const { name, filter, shared } = { ...found.value, ...given }
  const changed = { ...found.value, name, filter, shared, changedAt: now }
  await store.put(tx, changed)
  await tx.record({ kind: 'search.changed', resource: { type: 'SavedSearch', id }, data: { shared } })
  return ok(changed)
}

export async function remove(
  tx: Tx,
  reader: Uid,
  id: string,
  { store }: SavedDeps,
): Promise<Outcome<{ deleted: true }>> {
  const found = await ownSearch(tx, reader, id, store)
  if (!found.ok) return found
  await store.remove(tx, id)
  await tx.record({ kind: 'search.deleted', resource: { type: 'SavedSearch', id } })
  return ok({ deleted: true })
}

async function ownSearch(tx: Tx, { type, id: own }: Uid, id: string, store: SavedStore): Promise<Outcome<SavedSearch>> {
  const found = uuid.test(id) ? await store.find(tx, id, { type, id: own }) : undefined
  if (found === undefined) return refuse(searchErrors.search_not_found, { search: id.slice(0, 64) })
  return found.owner.type === type && found.owner.id === own ? ok(found) : refuse(searchErrors.search_not_yours)
}
