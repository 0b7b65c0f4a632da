import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Tx, Work } from '../../platform/work.ts'
import { directoryErrors } from './errors.ts'
import { deniedGroup, refuseGrant } from './grants.ts'
import { operators } from './last-operator.ts'
import type { NewPerson, Person } from './shapes.ts'
import { showPerson } from './show-people.ts'
import { lockHierarchy, missingGroup } from './store/groups.ts'
import { addMemberships } from './store/memberships.ts'
import type { DirectoryTools } from './parts.ts'
import type { NewAccount, PersonRecord, PreparedPassword } from './types.ts'

/**
 * Adds a person, with a password (or another system's hash of it) and into groups when they are given.
 * @returns the person; `email_taken`, `groups_unknown`, `password_weak`, `password_hash_refused`, `password_twice`, or `forbidden` where a group may not be given
 */
export async function createPerson(
  work: Work,
  deps: DirectoryTools,
  caller: Caller,
  { email, name, password, passwordHash, temporary, groups = [] }: NewPerson,
): Promise<Outcome<Person>> {
  const denied = await deniedGroup(deps, caller, new Set(groups))
  if (denied !== undefined) return refuseGrant(work, denied)
  if (password !== undefined && passwordHash !== undefined)
    return work(async () => refuse(directoryErrors.password_twice))
  let prepared: PreparedPassword | undefined
  if (password !== undefined || passwordHash !== undefined) {
    const about = { tenant: caller.tenant, email, name, first: { temporary } }
    const outcome =
      passwordHash === undefined
        ? await deps.passwords.prepare(password ?? '', about)
        : deps.passwords.imported(passwordHash)
    if (!outcome.ok) return work(async () => outcome)
    prepared = { ...outcome.value, temporary: outcome.value.temporary ?? temporary === true }
  }
  return work(async (tx) => {
    const added = await addPerson(tx, deps, { email, name, groups })
    if (!added.ok) return added
    if (prepared !== undefined) await deps.passwords.store(tx, added.value.id, prepared)
    const row = await deps.people.find(tx, added.value.id)
    if (row === null) throw new Error('the person just added is not there')
    return ok(await showPerson(tx, deps, row), { status: 201 })
  })
}

/** The first operator, whom nobody could permit: the set-up's one-time secret stands for that. */
export function enrolOperator(
  tx: Tx,
  deps: DirectoryTools,
  { email, name }: { readonly email: string; readonly name: string },
): Promise<Outcome<PersonRecord>> {
  return addPerson(tx, deps, { email, name, groups: [operators] })
}

/** Whoever calls has asked whether these groups may be given. @returns the person; `email_taken`, `groups_unknown` */
export async function addPerson(
  tx: Tx,
  { clock, random, hierarchyChanged, people }: DirectoryTools,
  { id = random.id(), email, name, groups, emailVerifiedAt = null }: NewAccount,
): Promise<Outcome<PersonRecord>> {
  await lockHierarchy(tx)
  const group = await missingGroup(tx, groups)
  if (group !== undefined) return refuse(directoryErrors.groups_unknown, { group })
  const now = clock.now()
  const person: PersonRecord = { id, tenant: tx.tenant, email, name, state: 'active' }
  if (!(await people.insert(tx, { ...person, emailVerifiedAt, now }))) return refuse(directoryErrors.email_taken)
  const member = { type: 'Person', id: person.id } as const
  const given = [...new Set(groups)]
  await addMemberships(tx, member, given, now)
  await tx.record({ kind: 'person.created', resource: member, data: { groups: given } })
  for (const group of given) await recordMembers(tx, group, { added: [member] })
  await hierarchyChanged(tx)
  return ok(person)
}

/** Many at once: one who cannot be added keeps nobody else out, and edges are told once. */
export async function addPeople(
  tx: Tx,
  deps: DirectoryTools,
  accounts: readonly NewAccount[],
): Promise<readonly Outcome<PersonRecord>[]> {
  const quiet = { ...deps, hierarchyChanged: async () => {} }
  const added: Outcome<PersonRecord>[] = []
  for (const account of accounts) added.push(await addPerson(tx, quiet, account))
  if (added.some(({ ok: done }) => done)) await deps.hierarchyChanged(tx)
  return added
}

/** One event for each group, so that "who came into this group" is one question. */
export async function recordMembers(
  tx: Tx,
  group: string,
  {
    added = [],
    removed = [],
  }: { added?: readonly { type: string; id: string }[]; removed?: readonly { type: string; id: string }[] },
): Promise<void> {
  await tx.record({ kind: 'group.members_changed', resource: { type: 'Group', id: group }, data: { added, removed } })
}
