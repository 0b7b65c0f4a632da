import type { Person } from './shapes.ts'
import { directGroups } from './store/memberships.ts'
import type { PersonRow } from './store/people.ts'
import type { DirectoryTools } from './parts.ts'
import type { Reading } from './types.ts'

/** People as the API shows them. */
export async function showPeople(
  tx: Reading,
  { passwords, users }: Pick<DirectoryTools, 'passwords' | 'users'>,
  rows: readonly PersonRow[],
): Promise<Person[]> {
  const ids = rows.map(({ id }) => id)
  const groups = await directGroups(tx, 'Person', ids)
  const holders = await passwords.holders(tx, ids)
  const provisioned = await users.externalIds(tx, ids)
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    emailVerifiedAt: row.emailVerifiedAt?.toISOString() ?? null,
    name: row.name,
    state: row.state,
    groups: groups.get(row.id) ?? [],
    hasPassword: holders.has(row.id),
    source: provisioned.has(row.id) ? 'scim' : 'local',
    externalId: provisioned.get(row.id) ?? null,
    createdAt: row.createdAt.toISOString(),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
  }))
}

export async function showPerson(
  tx: Reading,
  deps: Pick<DirectoryTools, 'passwords' | 'users'>,
  row: PersonRow,
): Promise<Person> {
  const [shown] = await showPeople(tx, deps, [row])
  if (shown === undefined) throw new Error('one row shows one person')
  return shown
}
