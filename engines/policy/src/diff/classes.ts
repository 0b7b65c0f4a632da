import type { Entities } from '../entities.ts'
import type { Uid } from '../json.ts'
import { UidMap } from '../uid-map.ts'
import { EntityUid, keyOf } from '../value.ts'
import { namedBy } from './reach.ts'
import type { Reads } from './reads.ts'

/** Entities that agree in all that the policies read, in both worlds. */
export interface Class {
  readonly type: string
  readonly members: readonly EntityUid[]
  /** In which of the two worlds they are. */
  readonly present: readonly [old: boolean, now: boolean]
}

/** How many entities are put into their class between two pauses. */
const STRIDE = 500

/**
 * Puts entities into classes. One that is named by what an evaluation may get at from elsewhere, or by itself, could be told apart
 * by its identity: it is a class of its own.
 */
export function* classify(
  uids: readonly EntityUid[],
  worlds: readonly Entities[],
  present: readonly [UidMap<EntityUid>, UidMap<EntityUid>],
  named: UidMap<EntityUid>,
  reads: Reads,
): Generator<undefined, Class[]> {
  const statics = new UidMap<true>()
  for (const uid of reads.literals) statics.set(uid, true)
  const classes = new Map<string, { type: string; members: EntityUid[]; present: [boolean, boolean] }>()
  let at = 0
  for (const uid of uids) {
    const where: [boolean, boolean] = [present[0].has(uid), present[1].has(uid)]
    const alone = named.has(uid) || namedBy(worlds, uid, reads).some((other) => other.equals(uid))
    const key = alone ? `1${uid.key()}` : `*${signature(uid, worlds, where, statics, reads)}`
    const known = classes.get(key)
    if (known === undefined) classes.set(key, { type: uid.type, members: [uid], present: where })
    else known.members.push(uid)
    if (++at % STRIDE === 0) yield undefined
  }
  return [...classes.values()]
}

function signature(
  uid: EntityUid,
  worlds: readonly Entities[],
  present: readonly [boolean, boolean],
  statics: UidMap<true>,
  reads: Reads,
): string {
  const parts: unknown[] = [uid.type, present]
  for (const entities of worlds) {
    const entity = entities.get(uid)
    if (entity === undefined) {
      parts.push(null)
      continue
    }
    const values: string[] = []
    for (const [name, value] of entity.attributes)
      if (reads.attributes.has(name)) values.push(JSON.stringify([name, keyOf(value)]))
    const tags = reads.tags ? [...entity.tags].map(([name, value]) => JSON.stringify([name, keyOf(value)])) : []
    parts.push(values.toSorted(), tags.toSorted(), ancestors(uid, entities, reads.dynamicIn ? undefined : statics))
  }
  return JSON.stringify(parts)
}

/** The keys of all ancestors, or of those among `wanted`, in order. */
function ancestors(uid: Uid, entities: Entities, wanted: UidMap<true> | undefined): string[] {
  const seen = new UidMap<true>()
  const out: string[] = []
  const open = [...(entities.get(uid)?.parents ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue
    seen.set(next, true)
    if (wanted === undefined || wanted.has(next)) out.push(next.key())
    open.push(...(entities.get(next)?.parents ?? []))
  }
  return out.toSorted()
}

/** Each once, as the engine has them. */
export function* union(lists: readonly (readonly Uid[])[]): Generator<undefined, UidMap<EntityUid>> {
  const seen = new UidMap<EntityUid>()
  let at = 0
  for (const list of lists) {
    for (const uid of list) {
      if (!seen.has(uid)) seen.set(uid, new EntityUid(uid.type, uid.id))
      if (++at % (STRIDE * 4) === 0) yield undefined
    }
  }
  return seen
}

export function setOf(list: readonly Uid[]): UidMap<EntityUid> {
  const out = new UidMap<EntityUid>()
  for (const { type, id } of list) out.set({ type, id }, new EntityUid(type, id))
  return out
}
