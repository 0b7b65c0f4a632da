import { sql } from 'kysely'
import type { Transaction } from './database.ts'

/**
 * Runs a part of a tenant's transaction as the system role: for what belongs to the installation and must commit together
 * with the tenant's event. Row-level security confines the rest of the transaction as before.
 */
export async function asSystemIn<T>(tx: Pick<Transaction, 'kysely'>, run: () => Promise<T>): Promise<T> {
  await sql`SET LOCAL ROLE holdfast_system`.execute(tx.kysely())
  return andBack(run, () => sql`SET LOCAL ROLE holdfast_tenant`.execute(tx.kysely()))
}

/**
 * Runs a part of one tenant's transaction in another tenant, where row-level security shows nothing but that one's rows. Who
 * acts there is the installation: nobody of the one tenant is known in the other.
 */
export async function inTenant<T>(
  tx: Pick<Transaction, 'kysely'> & { readonly tenant: string },
  tenant: string,
  run: () => Promise<T>,
): Promise<T> {
  const { rows } = await sql<{ actor: string | null }>`
    SELECT current_setting('holdfast.actor', true) AS actor, set_config('holdfast.actor', '', true),
      set_config('holdfast.tenant', ${tenant}, true)`.execute(tx.kysely())
  return andBack(run, () =>
    sql`SELECT set_config('holdfast.tenant', ${tx.tenant}, true), set_config('holdfast.actor', ${rows[0]?.actor ?? ''}, true)`.execute(
      tx.kysely(),
    ),
  )
}

async function andBack<T>(run: () => Promise<T>, back: () => Promise<unknown>): Promise<T> {
  try {
    const result = await run()
    await back()
    return result
  } catch (error) {
    // After a statement that failed the transaction is over, and role and settings with it; after anything else it may go on.
    await back().catch(() => {})
    throw error
  }
}
