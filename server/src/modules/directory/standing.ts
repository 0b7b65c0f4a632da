import type { Uid } from '../../platform/ports.ts'
import { isId, isSlug } from './shapes.ts'
import { groupsAboveAll } from './store/memberships.ts'
import { findServices } from './store/services.ts'
import type { Reading, Standing } from './types.ts'

/**
 * Where people, services and groups stand, whether they may act or not: who is disabled is in their groups all the same,
 * and may be enabled again. Somebody unknown stands nowhere.
 */
export async function standingsOf(tx: Reading, uids: readonly Uid[]): Promise<readonly Standing[]> {
  if (uids.length === 0) return []
  const of = (...types: string[]) => uids.filter(({ type }) => types.includes(type)).map(({ id }) => id)
  const services = await findServices(tx, of('Service').filter(isId))
  const bound = new Map(services.map(({ id, application }) => [id, application]))
  const members = of('Person', 'Service').filter(isId)
  const above = Map.groupBy(await groupsAboveAll(tx, { members, groups: of('Group').filter(isSlug) }), ({ id }) => id)
  return uids.map((uid) => ({
    uid,
    groups: (above.get(uid.id) ?? []).map(({ group }) => group),
    application: uid.type === 'Service' ? (bound.get(uid.id) ?? null) : null,
  }))
}
