import type { Reading } from '../../types.ts'
import type { ScimTools } from '../parts.ts'
import type { Resource } from '../schema/attribute.ts'
import type { Scope } from '../scope.ts'
import { baseOf, userOf } from '../show.ts'
import { scimGroupsOf } from '../store/groups.ts'
import type { UserRow } from '../store/users.ts'

export async function showUsers(
  tx: Reading,
  { publicUrl }: Pick<ScimTools, 'publicUrl'>,
  scope: Scope,
  rows: readonly UserRow[],
): Promise<Resource[]> {
  const groups = await scimGroupsOf(
    tx,
    scope,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => userOf(baseOf(publicUrl), row, groups.get(row.id) ?? []))
}

/** A user who is there: just written, or locked. */
export async function shownUser(tx: Reading, deps: ScimTools, scope: Scope, id: string): Promise<Resource> {
  const row = await deps.users.find(tx, scope, id)
  const [shown] = row === null ? [] : await showUsers(tx, deps, scope, [row])
  if (shown === undefined) throw new Error('the user just written is not there')
  return shown
}
