import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Work } from '../../platform/work.ts'
import { directoryErrors } from './errors.ts'
import { deniedGroup, refuseGrant } from './grants.ts'
import type { Group, NewGroup } from './shapes.ts'
import { insertGroup, lockHierarchy, missingGroup, replaceParents } from './store/groups.ts'
import type { DirectoryDeps } from './types.ts'

/**
 * Adds a group. Its members will be in its parents too, so the caller must be allowed to change the parents' members.
 * @returns the group; `group_exists`, `groups_unknown`, `group_cycle`, or `forbidden` where a parent may not be given
 */
export async function createGroup(
  work: Work,
  deps: DirectoryDeps,
  caller: Caller,
  { id, name, parents: asked = [] }: NewGroup,
): Promise<Outcome<Group>> {
  const parents = [...new Set(asked)].toSorted()
  if (parents.includes(id)) return work(async () => refuse(directoryErrors.group_cycle, { group: id }))
  const denied = await deniedGroup(deps, caller, parents)
  if (denied !== undefined) return refuseGrant(work, denied)
  return work(async (tx) => {
    await lockHierarchy(tx)
    const missing = await missingGroup(tx, parents)
    if (missing !== undefined) return refuse(directoryErrors.groups_unknown, { group: missing })
    const created = await insertGroup(tx, { id, name, now: deps.clock.now() })
    if (!created) return refuse(directoryErrors.group_exists, { group: id })
    await replaceParents(tx, id, parents)
    await tx.record({ kind: 'group.created', resource: { type: 'Group', id }, data: { parents } })
    await deps.hierarchyChanged(tx)
    return ok({ id, name, parents, members: 0, builtin: false }, { status: 201 })
  })
}
