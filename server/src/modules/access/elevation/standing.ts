import type { Uid } from '../../../platform/ports.ts'
import { grantsInForce, isLasting } from '../grants/store.ts'
import { listRoles } from '../roles/store.ts'
import { keyOf } from '../standing.ts'
import { roleUid } from '../world/types.ts'
import type { Db, ElevationDeps } from './deps.ts'

/**
 * What somebody is in an application for good: themselves, their groups, the roles that these were given without an end, and the
 * roles above those. What they have for a time, by an elevation above all, is not among it: power to approve must not come of
 * what was approved.
 * @returns keys of uids; nothing for somebody who is unknown or disabled
 */
export async function lastingStanding(
  tx: Db,
  { groupsOf, tools }: Pick<ElevationDeps, 'groupsOf' | 'tools'>,
  application: string,
  person: Uid,
): Promise<ReadonlySet<string>> {
  const groups = await groupsOf(tx, person)
  if (groups === undefined) return new Set()
  const themselves = [person, ...groups.map((id) => ({ type: 'Group', id }))]
  const parents = new Map((await listRoles(tx, application)).map((role) => [role.id, role.parents]))
  const roles = new Set<string>()
  const open = (await grantsInForce(tx, application, themselves, tools.clock.now())).flatMap((grant) =>
    grant.role !== null && isLasting(grant) ? [grant.role] : [],
  )
  for (let role = open.pop(); role !== undefined; role = open.pop()) {
    const above = parents.get(role)
    if (above === undefined || roles.has(role)) continue
    roles.add(role)
    open.push(...above)
  }
  return new Set([...themselves, ...[...roles].map(roleUid)].map(keyOf))
}

export function isAmong(standing: ReadonlySet<string>, named: readonly Uid[]): boolean {
  return named.some((uid) => standing.has(keyOf(uid)))
}
