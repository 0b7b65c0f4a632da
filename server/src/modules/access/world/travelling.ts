import type { Rules } from '../rules.ts'
import { keyOf, uidsIn } from '../standing.ts'
import type { StoredEntity } from './types.ts'

/**
 * What is stored and travels to SDKs: entities of the types that the application names for it, and those that its policies name
 * themselves and look into (`Config::"shop".locked`), with what these are in and point to as far as policies can follow. No
 * question of an SDK names those, and a forbid that asks whether they have something would not hold without them.
 */
export function travelling(
  stored: readonly StoredEntity[],
  { bundledTypes, named, depth }: Pick<Rules, 'bundledTypes' | 'named' | 'depth'>,
): readonly StoredEntity[] {
  const types = new Set(bundledTypes)
  const reached = named.length === 0 ? new Set<string>() : reach(stored, named.map(keyOf), depth)
  return stored.filter(({ uid }) => types.has(uid.type) || reached.has(keyOf(uid)))
}

function reach(stored: readonly StoredEntity[], from: readonly string[], depth: number): ReadonlySet<string> {
  const known = new Map(stored.map((entity) => [keyOf(entity.uid), entity]))
  const reached = new Set<string>()
  let frontier = from
  for (let level = 0; level <= depth && frontier.length > 0; level += 1) {
    const next: string[] = []
    const open = [...frontier]
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      const entity = reached.has(key) ? undefined : known.get(key)
      if (entity === undefined) continue
      reached.add(key)
      open.push(...entity.parents.map(keyOf))
      next.push(...uidsIn(entity.attrs, entity.tags).map(keyOf))
    }
    frontier = next
  }
  return reached
}
