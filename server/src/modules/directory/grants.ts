import { platformErrors } from '../../platform/errors.ts'
import { type Refused, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import type { Work } from '../../platform/work.ts'
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
