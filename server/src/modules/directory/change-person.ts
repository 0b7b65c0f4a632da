import { type Outcome, ok, type Refused, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import { recordMembers } from './create-person.ts'
import { directoryErrors } from './errors.ts'
import { permittedDifference, permittedGroups } from './grants.ts'
import { unlessLastOperator } from './last-operator.ts'
import { scimErrors } from './scim/errors.ts'
import { hold, type Keeper, keepersOf } from './scim/store/keeping.ts'
import { isId, type Person, type PersonChange } from './shapes.ts'
import { showPerson } from './show-people.ts'
import { lockHierarchy } from './store/groups.ts'
import { addMemberships, removeMemberships } from './store/memberships.ts'
import type { DirectoryTools } from './parts.ts'
import type { PersonRow } from './store/people.ts'

/**
 * Changes name, state or groups; what is absent stays. Disabling ends every session in the same transaction.
 * @returns the person; `person_unknown`, `person_provisioned`, `groups_unknown`, `last_operator`, `groups_changed`, or `forbidden` where a
 * group may not be given or taken
 */
export async function changePerson(
  { work, read }: { readonly work: Work; readonly read: Read },
  deps: DirectoryTools,
  caller: Caller,
  id: string,
  change: PersonChange,
): Promise<Outcome<Person>> {
  if (!isId(id)) return work(async () => refuse(directoryErrors.person_unknown))
  const member = { type: 'Person', id } as const
  const permitted = await permittedGroups({ work, read }, deps, caller, member, change.groups)
  if (!permitted.ok) return permitted
  return work(async (tx) => {
    await lockHierarchy(tx)
    const person = await deps.people.lock(tx, id)
    if (person === null) return refuse(directoryErrors.person_unknown)
    const groups = await permittedDifference(tx, member, change.groups, permitted.value)
    if (!groups.ok) return groups
    return apply(tx, deps, person, change, groups.value)
  })
}

/** What a provisioning service keeps is changed there. Disabling is always possible here, and it cannot take that back. */
function refuseKept(
  keeper: Keeper | undefined,
  person: PersonRow,
  { name, state }: Pick<PersonRow, 'name' | 'state'>,
): Refused | undefined {
  if (keeper === undefined || keeper.service === null) return undefined
  const problem =
    name !== person.name
      ? 'The name is kept by a provisioning service: change it there.'
      : state === 'active' && person.state === 'disabled' && !keeper.active
        ? 'A provisioning service has deactivated this person: activate them there.'
        : undefined
  return problem === undefined ? undefined : refuse(scimErrors.person_provisioned, { problem })
}

async function apply(
  tx: Tx,
  deps: DirectoryTools,
  person: PersonRow,
  change: PersonChange,
  { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
): Promise<Outcome<Person>> {
  const { id } = person
  const member = { type: 'Person', id } as const
  const { name = person.name, state = person.state } = change
  const now = deps.clock.now()
  const keeper = (await keepersOf(tx, [id])).get(id)
  const refused = refuseKept(keeper, person, { name, state })
  if (refused !== undefined) return refused
  const kept = await unlessLastOperator(tx, deps, async () => {
    await deps.people.update(tx, id, { name, state, now })
    await addMemberships(tx, member, added, now)
    await removeMemberships(tx, member, removed)
  })
  if (!kept) return refuse(directoryErrors.last_operator)
  if (keeper !== undefined && state !== person.state) await hold(tx, id, state === 'disabled')

  if (state !== person.state) {
    const ended = state === 'disabled' ? await deps.sessions.revokeAllOf(tx, id, 'person_disabled') : 0
    await tx.record({
      kind: state === 'disabled' ? 'person.disabled' : 'person.enabled',
      resource: member,
      data: state === 'disabled' ? { sessions: ended } : {},
    })
  }
  for (const group of added) await recordMembers(tx, group, { added: [member] })
  for (const group of removed) await recordMembers(tx, group, { removed: [member] })
  const changed = [...(name === person.name ? [] : ['name']), ...(added.length + removed.length > 0 ? ['groups'] : [])]
  if (changed.length > 0 || state === person.state) {
    await tx.record({ kind: 'person.updated', resource: member, data: { changed, added, removed } })
  }
  if (state !== person.state || added.length + removed.length > 0) await deps.hierarchyChanged(tx)
  const row = await deps.people.find(tx, id)
  if (row === null) throw new Error('the person just changed is not there')
  return ok(await showPerson(tx, deps, row))
}
