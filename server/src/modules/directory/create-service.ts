import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Tx, Work } from '../../platform/work.ts'
import { recordMembers } from './create-person.ts'
import { directoryErrors } from './errors.ts'
import { deniedGroup, refuseGrant } from './grants.ts'
import { showService } from './list-services.ts'
import { makeKey } from './service-keys.ts'
import type { CreatedService, NewService } from './shapes.ts'
import { insertGroup, lockHierarchy, missingGroup } from './store/groups.ts'
import { addMemberships } from './store/memberships.ts'
import { findService, findServiceByName, insertService } from './store/services.ts'
import { trustOf } from './trust.ts'
import type { DirectoryDeps, ServiceRecord } from './types.ts'

/**
 * Adds a machine account with its first key.
 * @returns it; `service_exists`, `application_unknown`, `groups_unknown`, or `forbidden` where a group may not be given
 */
export async function createService(
  work: Work,
  deps: DirectoryDeps,
  caller: Caller,
  { name, application: bound, groups: asked = [] }: NewService,
): Promise<Outcome<CreatedService>> {
  const groups = [...new Set(asked)]
  const application = bound ?? null
  const denied = await deniedGroup(deps, caller, groups)
  if (denied !== undefined) return refuseGrant(work, denied)
  const trust = await trustOf(deps)
  return work(async (tx) => {
    await lockHierarchy(tx)
    const missing = await missingGroup(tx, groups)
    if (missing !== undefined) return refuse(directoryErrors.groups_unknown, { group: missing })
    // First, for its lock: whoever deletes the application holds it as well, so that it is there until this has ended.
    await deps.hierarchyChanged(tx)
    if (application !== null && !(await deps.applications.exists(tx, application))) {
      return refuse(directoryErrors.application_unknown, { application })
    }
    const { clock, random } = deps
    const row = { id: random.id(), name, application, now: clock.now() }
    if (!(await insertService(tx, row))) return refuse(directoryErrors.service_exists)
    const member = { type: 'Service', id: row.id } as const
    await addMemberships(tx, member, groups, row.now)
    const made = await makeKey(tx, deps, row.id)
    await tx.record({ kind: 'service.created', resource: member, application, data: { groups, keyId: made.id } })
    for (const group of groups) await recordMembers(tx, group, { added: [member] })
    const found = await findService(tx, row.id)
    if (found === null) throw new Error('the service just added is not there')
    return ok({ service: await showService(tx, found), key: made.key, trust }, { status: 201 })
  })
}

/**
 * The service as which an OAuth client acts by itself: bound to its application, without a key, since its client authenticates.
 * The hierarchy is locked by the caller, before anything that is locked after it.
 */
export async function addBoundService(
  tx: Tx,
  deps: DirectoryDeps,
  { name, application, client }: { readonly name: string; readonly application: string; readonly client: string },
): Promise<ServiceRecord> {
  const id = deps.random.id()
  const row = { id, application, now: deps.clock.now() }
  // Names are told apart by the client where two have the same.
  if (
    !(await insertService(tx, { ...row, name })) &&
    !(await insertService(tx, { ...row, name: `${name} (${client})` }))
  ) {
    await insertService(tx, { ...row, name: `${client} ${id}` })
  }
  await tx.record({
    kind: 'service.created',
    resource: { type: 'Service', id },
    application,
    data: { groups: [], client },
  })
  await deps.hierarchyChanged(tx)
  const found = await findService(tx, id)
  if (found === null) throw new Error('the service just added is not there')
  return found
}

/** The service of Holdfast itself that has no key of the directory: the bootstrap's. */
export async function addOwnService(tx: Tx, deps: DirectoryDeps, name: string): Promise<ServiceRecord> {
  await lockHierarchy(tx)
  const now = deps.clock.now()
  await insertGroup(tx, { id: name, name, builtin: true, now })
  const id = deps.random.id()
  if (await insertService(tx, { id, name, application: null, now })) {
    await addMemberships(tx, { type: 'Service', id }, [name], now)
    await tx.record({ kind: 'service.created', resource: { type: 'Service', id }, data: { groups: [name] } })
    await deps.hierarchyChanged(tx)
  }
  const found = await findServiceByName(tx, name)
  if (found === null) throw new Error('the service just added is not there')
  return found
}
