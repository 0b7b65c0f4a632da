import { sql } from 'kysely'
import type { DirectoryTools } from '../parts.ts'
import { groupsAboveAll } from '../store/memberships.ts'
import type { Reading } from '../types.ts'

/**
 * Whether being in a group gives power over Holdfast itself: it is built in, or lies in one that is, or has a role at
 * Holdfast. Asked under the lock of the hierarchy; grants come and go at the epoch's row, after it.
 */
export async function givesPower(tx: Reading, deps: Pick<DirectoryTools, 'powerOf'>, group: string): Promise<boolean> {
  const above = (await groupsAboveAll(tx, { members: [], groups: [group] })).map((each) => each.group)
  return powerful(tx, deps, [group, ...above], undefined)
}

/** Whether a person has power over Holdfast itself, active or not. */
export async function hasPower(tx: Reading, deps: Pick<DirectoryTools, 'powerOf'>, person: string): Promise<boolean> {
  const above = (await groupsAboveAll(tx, { members: [person], groups: [] })).map((each) => each.group)
  return powerful(tx, deps, above, person)
}

async function powerful(
  tx: Reading,
  { powerOf }: Pick<DirectoryTools, 'powerOf'>,
  groups: readonly string[],
  person: string | undefined,
): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM groups WHERE builtin AND id = ANY(${groups}::text[])`.execute(tx.kysely())
  if (rows.length > 0) return true
  const uids = groups.map((id) => ({ type: 'Group', id }))
  return powerOf(tx, person === undefined ? uids : [...uids, { type: 'Person', id: person }])
}
