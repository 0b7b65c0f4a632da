import { UidMap } from '../uid-map.ts'
import { EntityUid, RecordValue, SetValue, type Value } from '../value.ts'
import type { Uid } from '../json.ts'
import type { Reads } from './reads.ts'
import type { Entities } from '../entities.ts'

/** The entities that an entity's attributes (and tags, and parents) name, as far as the policies read them. */
export function namedBy(worlds: readonly Entities[], uid: Uid, reads: Reads): EntityUid[] {
  const out: EntityUid[] = []
  for (const entities of worlds) {
    const entity = entities.get(uid)
    if (entity === undefined) continue
    for (const [name, value] of entity.attributes) if (reads.attributes.has(name)) collect(value, out)
    if (reads.tags) for (const value of entity.tags.values()) collect(value, out)
    if (reads.dynamicIn) out.push(...entity.parents)
  }
  return out
}

/** The entities that a value names. */
export function collect(value: Value, out: EntityUid[]): void {
  if (typeof value !== 'object') return
  if (value instanceof EntityUid) out.push(value)
  else if (value instanceof SetValue) for (const item of value.items) collect(item, out)
  else if (value instanceof RecordValue) for (const item of value.attributes.values()) collect(item, out)
}

/** Everything that an evaluation can get at from these: themselves, what they name, what that names, ... */
export function reach(worlds: readonly Entities[], seeds: readonly EntityUid[], reads: Reads): UidMap<EntityUid> {
  const seen = new UidMap<EntityUid>()
  const open = [...seeds]
  for (let uid = open.pop(); uid !== undefined; uid = open.pop()) {
    if (seen.has(uid)) continue
    seen.set(uid, uid)
    open.push(...namedBy(worlds, uid, reads))
  }
  return seen
}
