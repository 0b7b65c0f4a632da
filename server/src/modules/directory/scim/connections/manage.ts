import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import type { Caller, RecordedEvent } from '../../../../platform/ports.ts'
import type { Tx, Work } from '../../../../platform/work.ts'
import { createService } from '../../create-service.ts'
import { directoryErrors } from '../../errors.ts'
import { isId, isSlug } from '../../shapes.ts'
import { lockHierarchy, selectGroups } from '../house.ts'
import type { Reading } from '../../types.ts'
import { scimErrors } from '../errors.ts'
import type { ScimTools } from '../parts.ts'
import { givesPower, hasPower } from '../protect.ts'
import { refuseTaken } from '../refusals.ts'
import { provisioners } from '../scope.ts'
import { baseOf } from '../show.ts'
import { allowPower, insertScimGroup, keeperOf, removeScimGroup } from '../store/groups.ts'
import { type ConnectionRow, forgetUser, handTo, selectConnections } from '../store/keeping.ts'
import type { Connection, CreatedConnection, NewConnection } from './shapes.ts'

export async function listConnections(tx: Reading, deps: ScimTools): Promise<{ items: Connection[]; next: null }> {
  return { items: (await selectConnections(tx)).map((row) => show(deps, row)), next: null }
}

function show({ publicUrl }: Pick<ScimTools, 'publicUrl'>, row: ConnectionRow): Connection {
  return {
    id: row.id,
    name: row.name,
    url: baseOf(publicUrl),
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    people: row.people,
    groups: [...row.groups],
  }
}

/**
 * Adds a machine account that may provision and do nothing else.
 * @returns it with its key, this once; `service_exists`, or `forbidden` where the caller may not give that right
 */
export async function createConnection(
  work: Work,
  deps: ScimTools,
  caller: Caller,
  { name }: NewConnection,
): Promise<Outcome<CreatedConnection>> {
  const made = await createService(work, deps, caller, { name, groups: [provisioners] })
  if (!made.ok) return made
  const { service, key, trust } = made.value
  const row = { ...service, createdAt: new Date(service.createdAt), lastUsedAt: null, people: 0, groups: [] }
  return ok({ connection: show(deps, row), key, trust }, made.reply)
}

/**
 * Lets a connection change who is in a group that was made here, or in one that it made and that has come to give power over
 * Holdfast itself.
 * @returns the connection; `scim_connection_unknown`, `group_unknown`, `scim_group_powerful`, `scim_group_of_another`
 */
export function allowGroup(
  work: Work,
  deps: ScimTools,
  { id, group, power }: { readonly id: string; readonly group: string; readonly power: boolean },
): Promise<Outcome<Connection>> {
  return change(work, deps, id, async (tx) => {
    const [found] = isSlug(group) ? await selectGroups(tx, group) : []
    if (found === undefined) return refuse(directoryErrors.group_unknown, { group })
    if (!power && (await givesPower(tx, deps, group))) return refuse(scimErrors.scim_group_powerful, { group })
    const keeper = await keeperOf(tx, group)
    if (keeper !== null && keeper.service !== id) return refuse(scimErrors.scim_group_of_another, { group })
    const now = deps.clock.now()
    if (keeper === null)
      await insertScimGroup(tx, { id: group, service: id, externalId: null, made: false, power, now })
    else await allowPower(tx, group, power)
    return ok({ kind: 'scim.group_allowed', resource: { type: 'Group', id: group }, data: { power } })
  })
}

/** @returns the connection; `scim_connection_unknown`, `scim_group_unknown` for a group that it was not allowed */
export function disallowGroup(
  work: Work,
  deps: ScimTools,
  { id, group }: { readonly id: string; readonly group: string },
): Promise<Outcome<Connection>> {
  return change(work, deps, id, async (tx) => {
    const keeper = await keeperOf(tx, group)
    if (keeper === null || keeper.service !== id) return refuse(scimErrors.scim_group_unknown)
    if (keeper.made) await allowPower(tx, group, false)
    else await removeScimGroup(tx, group)
    return ok({ kind: 'scim.group_disallowed', resource: { type: 'Group', id: group } })
  })
}

/**
 * From now on the connection keeps this person: name, address, whether they may sign in.
 * @returns the connection; `scim_connection_unknown`, `person_unknown`, `scim_protected`, `scim_conflict`
 */
export function handOver(
  work: Work,
  deps: ScimTools,
  { id, person }: { readonly id: string; readonly person: string },
): Promise<Outcome<Connection>> {
  return change(work, deps, id, async (tx) => {
    const row = isId(person) ? await deps.people.lock(tx, person) : null
    if (row === null) return refuse(directoryErrors.person_unknown)
    if (await hasPower(tx, deps, person)) {
      return refuse(scimErrors.scim_protected, { problem: 'Whoever has power over Holdfast is kept by operators.' })
    }
    if (!(await handTo(tx, person, id))) {
      const { email, name, state } = row
      const resource = { userName: email, displayName: name, emails: [{ value: email, type: 'work', primary: true }] }
      if (await deps.users.isTaken(tx, 'userName', email, { id: null, service: id })) {
        return refuseTaken('Another user has this userName.')
      }
      const now = deps.clock.now()
      await deps.users.insert(tx, { id: person, service: id, active: state === 'active', resource, now })
    }
    return ok({ kind: 'scim.person_handed_over', resource: { type: 'Person', id: person } })
  })
}

/** From now on the person is kept here. @returns the connection; `scim_connection_unknown`, `scim_user_unknown` */
export function release(
  work: Work,
  deps: ScimTools,
  { id, person }: { readonly id: string; readonly person: string },
): Promise<Outcome<Connection>> {
  return change(work, deps, id, async (tx) => {
    if (!isId(person) || !(await forgetUser(tx, person, id))) return refuse(scimErrors.scim_user_unknown)
    return ok({ kind: 'scim.person_released', resource: { type: 'Person', id: person } })
  })
}

/**
 * Changes what a connection keeps, while nobody else does.
 * @param act what is to be recorded of it, or why it is refused
 * @returns the connection as it is afterwards
 */
function change(
  work: Work,
  deps: ScimTools,
  id: string,
  act: (tx: Tx) => Promise<Outcome<RecordedEvent>>,
): Promise<Outcome<Connection>> {
  return work(async (tx) => {
    await lockHierarchy(tx)
    if ((await connectionOf(tx, id)) === undefined) return refuse(scimErrors.scim_connection_unknown)
    const done = await act(tx)
    if (!done.ok) return done
    await tx.record({ ...done.value, data: { connection: id, ...done.value.data } })
    const row = await connectionOf(tx, id)
    return row === undefined ? refuse(scimErrors.scim_connection_unknown) : ok(show(deps, row))
  })
}

async function connectionOf(tx: Tx, id: string): Promise<ConnectionRow | undefined> {
  const [row] = isId(id) ? await selectConnections(tx, id) : []
  return row
}
