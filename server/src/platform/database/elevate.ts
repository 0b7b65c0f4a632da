import { sql } from 'kysely'
import type { Transaction } from './database.ts'

/**
 * Runs a part of a tenant's transaction as the system role: for what belongs to the installation and must commit together
 * with the tenant's event. Row-level security confines the rest of the transaction as before.
 */
export async function asSystemIn<T>(tx: Pick<Transaction, 'kysely'>, run: () => Promise<T>): Promise<T> {
  await sql`SET LOCAL ROLE holdfast_system`.execute(tx.kysely())
  const back = () => sql`SET LOCAL ROLE holdfast_tenant`.execute(tx.kysely())
  try {
    const result = await run()
    await back()
    return result
  } catch (error) {
    // After a statement that failed the transaction is over, and the role with it; after anything else it may go on.
    await back().catch(() => {})
    throw error
  }
}
