import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Tx } from '../../platform/work.ts'
import { recordMembers } from './create-person.ts'
import { directoryErrors } from './errors.ts'
import { difference } from './grants.ts'
import { unlessLastOperator } from './last-operator.ts'
import type { DirectoryTools } from './parts.ts'
import { lockHierarchy, missingGroup } from './store/groups.ts'
import { scimErrors } from './scim/errors.ts'
import { keepersOf } from './scim/store/keeping.ts'
import { addMemberships, directGroups, removeMemberships } from './store/memberships.ts'
import type { UpstreamAccount } from './types.ts'

/*
 * What happens to a person's account by something else than a right of the caller's: a link that was sent to them, or what
 * their upstream provider says. Whoever calls has checked that.
 */

export async function verifyEmail(tx: Tx, { people, clock }: DirectoryTools, id: string): Promise<void> {
  await people.verifyEmail(tx, id, clock.now())
  await tx.record({ kind: 'person.email_verified', resource: { type: 'Person', id } })
}

export async function changeEmail(
  tx: Tx,
  { people, clock }: DirectoryTools,
  id: string,
  email: string,
): Promise<Outcome<true>> {
  const now = clock.now()
  if (await isKept(tx, id)) {
    return refuse(scimErrors.person_provisioned, {
      problem: 'The address is kept by a provisioning service: change it there.',
    })
  }
  if (!(await people.setEmail(tx, id, { email, verifiedAt: now, now }))) return refuse(directoryErrors.email_taken)
  await tx.record({ kind: 'person.email_changed', resource: { type: 'Person', id } })
  return ok(true)
}

/** What people call themselves. @returns `person_provisioned` where a provisioning service keeps it */
export async function changeName(
  tx: Tx,
  { people, clock }: DirectoryTools,
  id: string,
  name: string,
): Promise<Outcome<true>> {
  const person = await people.lock(tx, id)
  if (person === null) return refuse(directoryErrors.person_unknown)
  if (await isKept(tx, id)) {
    return refuse(scimErrors.person_provisioned, {
      problem: 'The name is kept by a provisioning service: change it there.',
    })
  }
  await people.update(tx, id, { name, state: person.state, now: clock.now() })
  await tx.record({ kind: 'person.updated', resource: { type: 'Person', id }, data: { changed: ['name'] } })
  return ok(true)
}

async function isKept(tx: Tx, id: string): Promise<boolean> {
  return ((await keepersOf(tx, [id])).get(id)?.service ?? null) !== null
}

/** The last operator stays one, whatever a provider says. */
export async function followUpstream(
  tx: Tx,
  deps: DirectoryTools,
  id: string,
  { name, groups }: UpstreamAccount,
): Promise<void> {
  const member = { type: 'Person', id } as const
  await lockHierarchy(tx)
  const person = await deps.people.lock(tx, id)
  if (person === null) return
  // Two who say a name would overwrite each other for ever.
  const renamed = name !== undefined && name !== person.name && !(await isKept(tx, id))
  if (renamed) await deps.people.update(tx, id, { name, state: person.state, now: deps.clock.now() })

  const held = (await directGroups(tx, 'Person', [id])).get(id) ?? []
  const { added: wanted, removed: lost } = difference(
    held.filter((group) => groups.decided.includes(group)),
    groups.given.filter((group) => groups.decided.includes(group)),
  )
  const added: string[] = []
  for (const group of wanted) if ((await missingGroup(tx, [group])) === undefined) added.push(group)
  await addMemberships(tx, member, added, deps.clock.now())
  const kept = await unlessLastOperator(tx, deps, () => removeMemberships(tx, member, lost))
  const removed = kept ? lost : []
  for (const group of added) await recordMembers(tx, group, { added: [member] })
  for (const group of removed) await recordMembers(tx, group, { removed: [member] })
  const changed = [...(renamed ? ['name'] : []), ...(added.length + removed.length > 0 ? ['groups'] : [])]
  if (changed.length === 0) return
  await tx.record({ kind: 'person.updated', resource: member, reason: 'upstream', data: { changed, added, removed } })
  if (added.length + removed.length > 0) await deps.hierarchyChanged(tx)
}
