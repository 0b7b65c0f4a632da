import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import { directoryErrors } from './errors.ts'
import { isId, type Page, type PeopleQuery, type Person } from './shapes.ts'
import { showPeople, showPerson } from './show-people.ts'
import type { DirectoryTools } from './parts.ts'
import type { Reading } from './types.ts'

/** Newest first. */
export async function listPeople(tx: Reading, deps: DirectoryTools, asked: PeopleQuery): Promise<Page<Person>> {
  const query = asked.query?.trim() === '' ? undefined : asked.query
  const { rows, next } = await deps.people.page(tx, { query, after: asked.cursor, limit: asked.limit })
  return { items: await showPeople(tx, deps, rows), next }
}

/** @returns the person, or `person_unknown` */
export async function viewPerson(tx: Reading, deps: DirectoryTools, id: string): Promise<Outcome<Person>> {
  const row = isId(id) ? await deps.people.find(tx, id) : null
  return row === null ? refuse(directoryErrors.person_unknown) : ok(await showPerson(tx, deps, row))
}
