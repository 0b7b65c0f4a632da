import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Tx, Work } from '../../platform/work.ts'
import { directoryErrors } from './errors.ts'
import { unlessLastOperator } from './last-operator.ts'
import { isSlug } from './shapes.ts'
import { lockHierarchy, removeGroup, selectGroups } from './store/groups.ts'
import type { DirectoryDeps } from './types.ts'

/**
 * Removes a group with its memberships and its place in the hierarchy; the members themselves stay.
 * @returns nothing; `group_unknown`, `group_builtin`, `last_operator`
 */
export function deleteGroup(work: Work, deps: DirectoryDeps, id: string): Promise<Outcome<{ deleted: true }>> {
  return work((tx) => endGroup(tx, deps, id))
}

/** @param reason of its event, where it is another than that somebody asked for it here */
export async function endGroup(
  tx: Tx,
  deps: DirectoryDeps,
  id: string,
  reason: string | null = null,
): Promise<Outcome<{ deleted: true }>> {
  await lockHierarchy(tx)
  const [group] = isSlug(id) ? await selectGroups(tx, id) : []
  if (group === undefined) return refuse(directoryErrors.group_unknown, { group: id })
  if (group.builtin) return refuse(directoryErrors.group_builtin, { group: id })
  const kept = await unlessLastOperator(tx, deps, () => removeGroup(tx, id))
  if (!kept) return refuse(directoryErrors.last_operator)
  const data = { members: group.members, parents: group.parents }
  await tx.record({ kind: 'group.deleted', resource: { type: 'Group', id }, reason, data })
  await deps.principalGone(tx, { type: 'Group', id })
  await deps.hierarchyChanged(tx)
  return ok({ deleted: true })
}
