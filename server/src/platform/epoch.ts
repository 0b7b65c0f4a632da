import { sql } from 'kysely'
import type { Transaction } from './database/database.ts'

type Db = Pick<Transaction, 'kysely'>

/** Is notified of every change that takes an epoch, and that edges must hear of. */
export const edgeChannel = 'holdfast_edge'

/** On every answer to a change that edges must hear of: the tenant's epoch that it took. */
export const epochHeader = 'holdfast-epoch'
/** With a question: an answer by anything older is refused. */
export const minEpochHeader = 'holdfast-min-epoch'

/** The last epoch that each transaction took, so that its request can answer with it. */
const taken = new WeakMap<object, number>()

/**
 * Takes the tenant's next epoch: one number for every change of rules, grants, roles, people, groups, services and sessions
 * that edges must hear of. The row lock puts such changes in the order in which they commit. Whoever ends sessions as well
 * does that before: a session's row comes before the epoch's.
 */
export async function nextEpoch(tx: Db): Promise<number> {
  const { rows } = await sql<{ epoch: string }>`
    INSERT INTO tenant_epochs AS t (tenant_id, epoch) VALUES (current_tenant(), 2)
    ON CONFLICT (tenant_id) DO UPDATE SET epoch = t.epoch + 1 RETURNING epoch`.execute(tx.kysely())
  const epoch = Number(rows[0]?.epoch)
  taken.set(tx, epoch)
  return epoch
}

/** @returns the last epoch that this transaction took; undefined when it changed nothing of that kind */
export function epochTaken(tx: object): number | undefined {
  return taken.get(tx)
}

/** @returns the epoch of the last change that has been committed, as far as this transaction sees */
export async function currentEpoch(tx: Db): Promise<number> {
  const { rows } = await sql<{ epoch: string }>`
    SELECT epoch FROM tenant_epochs WHERE tenant_id = current_tenant()`.execute(tx.kysely())
  return Number(rows[0]?.epoch ?? 1)
}
