import { nextEpoch } from '../../platform/epoch.ts'
import { sql } from 'kysely'
import type { Tx } from '../../platform/work.ts'
import { type ApplicationRow, findApplication } from './store.ts'
import { leavesWayBack } from './lockout.ts'

/**
 * Locks the application for a change of its rules: writers of one application come one after the other, and take the epoch's row
 * before the application's.
 */
export async function begin(tx: Tx, application: string): Promise<{ epoch: number; row: ApplicationRow | undefined }> {
  const epoch = await nextEpoch(tx)
  return { epoch, row: await findApplication(tx, application, true) }
}

/** The application as this transaction has left it. */
export async function reread(tx: Tx, application: string): Promise<ApplicationRow> {
  const row = await findApplication(tx, application)
  if (row === undefined) throw new Error('the application vanished in its own transaction')
  return row
}

/**
 * Makes a change of the rules by which Holdfast decides about itself, unless no operator could change them back afterwards: it
 * is tried and taken back. It must write rows only, since events that were recorded cannot be taken back.
 * @returns false when it was taken back
 */
export async function unlessLockedOut(tx: Tx, row: ApplicationRow, change: () => Promise<void>): Promise<boolean> {
  if (!row.builtin) {
    await change()
    return true
  }
  await sql`SAVEPOINT locked_out`.execute(tx.kysely())
  await change()
  if (!(await leavesWayBack(tx, row))) {
    await sql`ROLLBACK TO SAVEPOINT locked_out`.execute(tx.kysely())
    return false
  }
  await sql`RELEASE SAVEPOINT locked_out`.execute(tx.kysely())
  return true
}
