import { sql } from 'kysely'
import type { Tx } from '../../platform/work.ts'
import { lockHierarchy } from './store/groups.ts'
import { activePeopleIn } from './store/memberships.ts'
import type { DirectoryDeps, Reading } from './types.ts'

export const operators = 'admins'

/** @returns how many active people are in `admins`, directly or not, and have a way to sign in: password, passkey or provider */
export async function countOperators(tx: Reading, { canSignIn }: Pick<DirectoryDeps, 'canSignIn'>): Promise<number> {
  const people = await activePeopleIn(tx, operators)
  return (await canSignIn(tx, people)).size
}

/**
 * Makes a change unless it takes the last operator away. Two changes at once, each of which leaves one operator, would
 * together leave none: they queue at the hierarchy's lock. The change is tried and taken back, so that this needs not
 * know in which of many ways (state, membership, group, parent, deletion) it touches the operators; it must write
 * rows only, since events that were recorded cannot be taken back.
 * @returns false when it was taken back
 */
export async function unlessLastOperator(
  tx: Tx,
  deps: Pick<DirectoryDeps, 'canSignIn'>,
  change: () => Promise<void>,
): Promise<boolean> {
  await lockHierarchy(tx)
  const before = await countOperators(tx, deps)
  await sql`SAVEPOINT last_operator`.execute(tx.kysely())
  await change()
  if (before > 0 && (await countOperators(tx, deps)) === 0) {
    await sql`ROLLBACK TO SAVEPOINT last_operator`.execute(tx.kysely())
    return false
  }
  await sql`RELEASE SAVEPOINT last_operator`.execute(tx.kysely())
  return true
}
