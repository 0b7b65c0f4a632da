import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import { directoryErrors } from './errors.ts'
import { isId, type Page, type PeopleQuery, type Person } from './shapes.ts'
import { showPeople, showPerson } from './show-people.ts'
import { findPerson, selectPeople } from './store/people.ts'
import type { DirectoryDeps, Reading } from './types.ts'

/** Newest first. */
export async function listPeople(tx: Reading, deps: DirectoryDeps, asked: PeopleQuery): Promise<Page<Person>> {
  const query = asked.query?.trim() === '' ? undefined : asked.query
  const rows = await selectPeople(tx, { query, after: asked.cursor, limit: asked.limit + 1 })
  const page = rows.slice(0, asked.limit)
  const next = rows.length > page.length ? (page.at(-1)?.id ?? null) : null
  return { items: await showPeople(tx, deps, page), next }
}

/** @returns the person, or `person_unknown` */
export async function viewPerson(tx: Reading, deps: DirectoryDeps, id: string): Promise<Outcome<Person>> {
  const row = isId(id) ? await findPerson(tx, id) : null
  return row === null ? refuse(directoryErrors.person_unknown) : ok(await showPerson(tx, deps, row))
}
