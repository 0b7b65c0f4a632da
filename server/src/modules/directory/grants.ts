import { platformErrors } from '../../platform/errors.ts'
import { type Outcome, ok, type Refused, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Read, Tx, Work } from '../../platform/work.ts'
import { directoryErrors } from './errors.ts'
import { missingGroup } from './store/groups.ts'
import { directGroups } from './store/memberships.ts'
import type { DirectoryDeps } from './types.ts'

export interface Denied {
  readonly group: string
  readonly explanation: string
}

/**
 * Whoever is put into a group gets its rights, so the right to change a person is not enough: each group is asked about
 * (`changeMembers`). Otherwise somebody who may edit people would make himself an operator.
 * @returns the first group whose members the caller may not change
 */
export async function deniedGroup(
  deps: Pick<DirectoryDeps, 'decide'>,
  caller: Caller,
  groups: Iterable<string>,
): Promise<Denied | undefined> {
  for (const group of groups) {
    const { allowed, explanation } = await deps.decide(caller, 'changeMembers', { type: 'Group', id: group })
    if (!allowed) return { group, explanation }
  }
  return undefined
}

/** Refuses, and leaves the event that a route's own permission would have left. */
export async function refuseGrant(work: Work, { group, explanation }: Denied): Promise<Refused> {
  const refused = refuse(platformErrors.forbidden, { explanation }, { action: 'changeMembers' })
  await work(async (tx) => {
    await tx.record({
      kind: 'access.denied',
      outcome: 'refused',
      resource: { type: 'Group', id: group },
      reason: 'forbidden',
      data: { action: 'changeMembers', explanation },
    })
    return refused
  })
  return refused
}

interface Member {
  readonly type: 'Person' | 'Service'
  readonly id: string
}

interface Difference {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/**
 * Before the transaction: asks about each group that the member would get or lose.
 * @param groups undefined: none changes
 * @returns the groups that may be given or taken; `forbidden` for the first that may not
 */
export async function permittedGroups(
  { work, read }: { readonly work: Work; readonly read: Read },
  deps: Pick<DirectoryDeps, 'decide'>,
  caller: Caller,
  { type, id }: Member,
  groups: readonly string[] | undefined,
): Promise<Outcome<ReadonlySet<string>>> {
  if (groups === undefined) return ok(new Set())
  const held = await read((tx) => directGroups(tx, type, [id]))
  const { added, removed } = difference(held.get(id) ?? [], groups)
  const permitted = new Set([...added, ...removed])
  const denied = await deniedGroup(deps, caller, permitted)
  return denied === undefined ? ok(permitted) : refuseGrant(work, denied)
}

/**
 * In the transaction, with the hierarchy locked: what changes, if it was permitted.
 * @returns `groups_changed` when somebody else changed the groups since they were asked about, `groups_unknown`
 */
export async function permittedDifference(
  tx: Tx,
  { type, id }: Member,
  groups: readonly string[] | undefined,
  permitted: ReadonlySet<string>,
): Promise<Outcome<Difference>> {
  const held = (await directGroups(tx, type, [id])).get(id) ?? []
  const change = difference(held, groups ?? held)
  // Nobody has permitted this difference.
  if ([...change.added, ...change.removed].some((group) => !permitted.has(group))) {
    return refuse(directoryErrors.groups_changed)
  }
  const missing = await missingGroup(tx, change.added)
  return missing === undefined ? ok(change) : refuse(directoryErrors.groups_unknown, { group: missing })
}

/** What must change for `from` to become `to`. */
export function difference(
  from: readonly string[],
  to: readonly string[],
): { readonly added: string[]; readonly removed: string[] } {
  return {
    added: [...new Set(to)].filter((group) => !from.includes(group)),
    removed: from.filter((group) => !to.includes(group)),
  }
}
