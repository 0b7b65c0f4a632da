import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import { directoryErrors } from './errors.ts'
import { deniedGroup, difference, refuseGrant } from './grants.ts'
import { unlessLastOperator } from './last-operator.ts'
import { showGroup } from './list-groups.ts'
import { type Group, type GroupChange, isSlug } from './shapes.ts'
import {
  type GroupRow,
  isInside,
  lockHierarchy,
  missingGroup,
  renameGroup,
  replaceParents,
  selectGroups,
} from './store/groups.ts'
import type { DirectoryDeps } from './types.ts'

/**
 * Changes name or parents; what is absent stays.
 * @returns the group; `group_unknown`, `group_builtin`, `groups_unknown`, `group_cycle`, `last_operator`,
 * `groups_changed`, or `forbidden` where a parent may not be given or taken
 */
export async function changeGroup(
  { work, read }: { readonly work: Work; readonly read: Read },
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  change: GroupChange,
): Promise<Outcome<Group>> {
  const permitted = new Set<string>()
  if (change.parents !== undefined) {
    const [held] = isSlug(id) ? await read((tx) => selectGroups(tx, id)) : []
    const { added, removed } = difference(held?.parents ?? [], change.parents)
    for (const parent of [...added, ...removed]) permitted.add(parent)
    const denied = await deniedGroup(deps, caller, permitted)
    if (denied !== undefined) return refuseGrant(work, denied)
  }
  return work(async (tx) => {
    await lockHierarchy(tx)
    const [group] = isSlug(id) ? await selectGroups(tx, id) : []
    if (group === undefined) return refuse(directoryErrors.group_unknown, { group: id })
    if (group.builtin) return refuse(directoryErrors.group_builtin, { group: id })
    const { added, removed } = difference(group.parents, change.parents ?? group.parents)
    if ([...added, ...removed].some((parent) => !permitted.has(parent))) return refuse(directoryErrors.groups_changed)
    const missing = await missingGroup(tx, added)
    if (missing !== undefined) return refuse(directoryErrors.groups_unknown, { group: missing })
    for (const parent of added) {
      if (await isInside(tx, parent, id)) return refuse(directoryErrors.group_cycle, { group: id })
    }
    return apply(tx, deps, group, change, [...added, ...removed].length > 0)
  })
}

async function apply(
  tx: Tx,
  deps: DirectoryDeps,
  group: GroupRow,
  { name = group.name, parents = group.parents }: GroupChange,
  moved: boolean,
): Promise<Outcome<Group>> {
  const { id } = group
  const kept = await unlessLastOperator(tx, deps, async () => {
    await renameGroup(tx, id, name)
    if (moved) await replaceParents(tx, id, [...new Set(parents)])
  })
  if (!kept) return refuse(directoryErrors.last_operator)
  await tx.record({ kind: 'group.updated', resource: { type: 'Group', id }, data: { parents } })
  if (moved) await deps.hierarchyChanged(tx)
  const [row] = await selectGroups(tx, id)
  if (row === undefined) throw new Error('the group just changed is not there')
  return ok(showGroup(row))
}
