import type { z } from 'zod'
import { asSystemIn } from '../../platform/database/elevate.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Work } from '../../platform/work.ts'
import type { TenantDeps } from './deps.ts'
import { eraseJob } from './erase.ts'
import { errors } from './errors.ts'
import type { DeletedTenant } from './shapes.ts'
import { countHits, lockTenant, writeDeleted } from './store.ts'

/**
 * Deletes a tenant for good. In this transaction its keys are destroyed, so that nobody reads what was encrypted for it from
 * here on, and its short name is kept from everybody; a job removes its rows.
 * @param people how many the caller knows to be hit
 * @returns what it hit; `tenant_not_found`, `tenant_first`, `tenant_active`, `tenant_held`, `tenant_hits_more`
 */
export async function deleteTenant(
  work: Work,
  deps: TenantDeps,
  named: string,
  { people: acknowledged }: { readonly people: number },
): Promise<Outcome<z.output<typeof DeletedTenant>>> {
  const now = deps.clock.now()
  return work(async (tx) => {
    const found = await asSystemIn(tx, () => lockTenant(tx, named))
    if (found === undefined) return refuse(errors.tenant_not_found, { tenant: named.slice(0, 64) })
    const { id, slug } = found
    if (id === deps.first) return refuse(errors.tenant_first)
    if (found.suspendedAt === null) return refuse(errors.tenant_active, { slug })
    const { holds, ...hits } = await asSystemIn(tx, () => countHits(tx, id))
    if (holds > 0) return refuse(errors.tenant_held, { slug })
    const { people } = hits
    if (people > acknowledged) return refuse(errors.tenant_hits_more, { people, acknowledged })
    await asSystemIn(tx, () => writeDeleted(tx, id, now))
    const keys = await deps.destroyKeys(tx, id)
    await deps.jobs().enqueue(tx, { kind: eraseJob, key: id, payload: { tenant: id }, recurring: true })
    await tx.record({ kind: 'tenant.deleted', resource: { type: 'Tenant', id }, data: { slug, ...hits, keys } })
    return ok({ id, slug, people, keys })
  })
}
