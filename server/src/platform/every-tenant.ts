import { asSystemIn } from './database/elevate.ts'
import type { WorkContext } from './ports.ts'
import { selectTenants } from './tenants.ts'
import type { Tx, UnitOfWork } from './work.ts'

/** Nobody of one tenant is known in another: there the installation acts. */
export function contextIn(tenant: string): WorkContext {
  return { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
}

/** Does something in every tenant, in one transaction: in the order of their ids, as everybody who locks something of several. */
export async function inEveryTenant(
  units: Pick<UnitOfWork, 'within'>,
  tx: Tx,
  run: (own: Tx) => Promise<void>,
): Promise<void> {
  for (const { id } of await asSystemIn(tx, () => selectTenants(tx))) {
    if (id === tx.tenant) await run(tx)
    else await units.within(tx, contextIn(id), run)
  }
}
