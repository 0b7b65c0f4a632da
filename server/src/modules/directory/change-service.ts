import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import { recordMembers } from './create-person.ts'
import { directoryErrors } from './errors.ts'
import { permittedDifference, permittedGroups } from './grants.ts'
import { showService } from './list-services.ts'
import { isId, type Service, type ServiceChange } from './shapes.ts'
import { lockHierarchy } from './store/groups.ts'
import { addMemberships, removeMemberships } from './store/memberships.ts'
import { findService, lockService, removeService, renameService } from './store/services.ts'
import type { DirectoryDeps } from './types.ts'

/**
 * Changes name or groups; what is absent stays. The application is for good: keys were given out for it.
 * @returns the service; `service_unknown`, `service_exists`, `groups_unknown`, `groups_changed`, or `forbidden` where a
 * group may not be given or taken
 */
export async function changeService(
  { work, read }: { readonly work: Work; readonly read: Read },
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  change: ServiceChange,
): Promise<Outcome<Service>> {
  if (!isId(id)) return work(async () => refuse(directoryErrors.service_unknown))
  const member = { type: 'Service', id } as const
  const permitted = await permittedGroups({ work, read }, deps, caller, member, change.groups)
  if (!permitted.ok) return permitted
  return work(async (tx) => {
    await lockHierarchy(tx)
    const service = await lockService(tx, id)
    if (service === null) return refuse(directoryErrors.service_unknown)
    const groups = await permittedDifference(tx, member, change.groups, permitted.value)
    if (!groups.ok) return groups
    const { added, removed } = groups.value
    if (change.name !== undefined && !(await renameService(tx, id, change.name))) {
      return refuse(directoryErrors.service_exists)
    }
    await addMemberships(tx, member, added, deps.clock.now())
    await removeMemberships(tx, member, removed)
    await tx.record({ kind: 'service.updated', resource: member, data: { added, removed } })
    for (const group of added) await recordMembers(tx, group, { added: [member] })
    for (const group of removed) await recordMembers(tx, group, { removed: [member] })
    if (added.length + removed.length > 0) await deps.hierarchyChanged(tx)
    const row = await findService(tx, id)
    if (row === null) throw new Error('the service just changed is not there')
    return ok(await showService(tx, row))
  })
}

/** @returns nothing; `service_unknown` */
export function deleteService(work: Work, deps: DirectoryDeps, id: string): Promise<Outcome<{ deleted: true }>> {
  return work(async (tx) => {
    if (!isId(id) || !(await endService(tx, deps, id))) return refuse(directoryErrors.service_unknown)
    return ok({ deleted: true })
  })
}

/** Its keys go with it. @returns false when there is none */
export async function endService(tx: Tx, deps: DirectoryDeps, id: string): Promise<boolean> {
  await lockHierarchy(tx)
  const service = await lockService(tx, id)
  if (service === null) return false
  await removeService(tx, id)
  await tx.record({ kind: 'service.deleted', resource: { type: 'Service', id }, application: service.application })
  await deps.principalGone(tx, { type: 'Service', id })
  await deps.hierarchyChanged(tx, 'gateways')
  return true
}
