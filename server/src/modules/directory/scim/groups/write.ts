import { type Outcome, ok, type Refused, refuse } from '../../../../platform/outcome.ts'
import type { Tx } from '../../../../platform/work.ts'
import { recordMembers } from '../../create-person.ts'
import { directoryErrors } from '../../errors.ts'
import { unlessLastOperator } from '../../last-operator.ts'
import { isId, Name } from '../../shapes.ts'
import type { ScimTools } from '../parts.ts'
import { ScimProblem } from '../problem.ts'
import { folded } from '../filter/compare.ts'
import { refuseTaken } from '../refusals.ts'
import type { Resource } from '../schema/attribute.ts'
import { isObject, textOf } from '../schema/find.ts'
import type { Scope } from '../scope.ts'
import { join, leave, selectScimGroups, usersAmong } from '../store/groups.ts'

/** What SCIM says of a group. */
export interface SaidGroup {
  readonly name: string
  readonly externalId: string | null
  /** ids of users */
  readonly members: readonly string[]
}

/** @throws ScimProblem invalidValue */
export function saidGroupIn({ displayName, externalId, members }: Resource): SaidGroup {
  const name = Name.safeParse(displayName)
  if (!name.success) throw new ScimProblem('invalidValue', '"displayName" has 1 to 200 characters.')
  if (typeof externalId === 'string' && externalId.length > 512) {
    throw new ScimProblem('invalidValue', '"externalId" has 512 characters at most.')
  }
  return {
    name: name.data,
    externalId: typeof externalId === 'string' ? externalId : null,
    members: Array.isArray(members) ? [...new Set((members as readonly Resource[]).map(memberIn))] : [],
  }
}

function memberIn(member: Resource): string {
  const type = isObject(member) ? member['type'] : undefined
  if (typeof type === 'string' && type.toLowerCase() === 'group') {
    throw new ScimProblem('invalidValue', 'Groups have people in them, and no groups.')
  }
  return isObject(member) ? (textOf(member, 'value') ?? '').toLowerCase() : ''
}

/** Two groups of one name are not told apart by clients that look for the name. Under the lock of the hierarchy. */
export async function groupTaken(
  tx: Tx,
  scope: Scope,
  { name, externalId }: SaidGroup,
  except?: string,
): Promise<Refused | undefined> {
  const others = (await selectScimGroups(tx, scope)).filter(({ id }) => id !== except)
  if (others.some((other) => folded(other.name) === folded(name)))
    return refuseTaken('Another group has this displayName.')
  if (externalId === null || !others.some((other) => other.externalId === externalId)) return undefined
  return refuseTaken('Another group has this externalId.')
}

/**
 * Lets exactly these people of the connection be in the group; others in it stay.
 * @returns whether anything changed; `last_operator`
 * @throws ScimProblem invalidValue for somebody whom the connection does not have
 */
export async function writeMembers(
  tx: Tx,
  deps: ScimTools,
  { scope, group, held }: { readonly scope: Scope; readonly group: string; readonly held: readonly string[] },
  wanted: readonly string[],
): Promise<Outcome<boolean>> {
  const before = new Set(held)
  const after = new Set(wanted)
  const added = wanted.filter((id) => !before.has(id))
  const removed = held.filter((id) => !after.has(id))
  await checkMembers(tx, scope, added)
  if (added.length + removed.length === 0) return ok(false)
  const kept = await unlessLastOperator(tx, deps, async () => {
    await join(tx, group, added, deps.clock.now())
    await leave(tx, group, removed)
  })
  if (!kept) return refuse(directoryErrors.last_operator)
  const people = (ids: readonly string[]) => ids.map((id) => ({ type: 'Person', id }))
  for (const some of inParts(added)) await recordMembers(tx, group, { added: people(some) })
  for (const some of inParts(removed)) await recordMembers(tx, group, { removed: people(some) })
  return ok(true)
}

/** @throws ScimProblem invalidValue for somebody whom the connection does not have */
export async function checkMembers(tx: Tx, scope: Scope, ids: readonly string[]): Promise<void> {
  const known = await usersAmong(tx, scope, ids.filter(isId))
  if (ids.some((id) => !known.has(id))) throw new ScimProblem('invalidValue', 'A member is no user of this connection.')
}

/** An event names so many people at most. */
const mostNamed = 500

function inParts(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / mostNamed) }, (_, part) =>
    ids.slice(part * mostNamed, (part + 1) * mostNamed),
  )
}
