import type { Uid } from './json.ts'
import { UidMap } from './uid-map.ts'
import type { EntityUid } from './value.ts'

/** Up to this many, looking at each is quicker than making and asking a hash map. */
const SCANNED = 6

/** All ancestors of an entity, each once; not the entity itself. */
export class Ancestors {
  readonly list: readonly EntityUid[]
  readonly #map: UidMap<true> | undefined

  /** Walks up without recursion: a chain may be long. */
  constructor(parents: readonly EntityUid[], parentsOf: (uid: EntityUid) => readonly EntityUid[] | undefined) {
    const list: EntityUid[] = []
    let map: UidMap<true> | undefined
    const open = [...parents]
    for (let uid = open.pop(); uid !== undefined; uid = open.pop()) {
      if (map === undefined ? scan(list, uid) : map.has(uid)) continue
      list.push(uid)
      if (map !== undefined) map.set(uid, true)
      else if (list.length > SCANNED) map = toMap(list)
      const further = parentsOf(uid)
      if (further !== undefined) for (const parent of further) open.push(parent)
    }
    this.list = list
    this.#map = map
  }

  has(uid: Uid): boolean {
    return this.#map === undefined ? scan(this.list, uid) : this.#map.has(uid)
  }
}

function scan(list: readonly EntityUid[], uid: Uid): boolean {
  for (let at = 0; at < list.length; at++) {
    const each = list[at] as EntityUid
    if (each.id === uid.id && each.type === uid.type) return true
  }
  return false
}

function toMap(list: readonly EntityUid[]): UidMap<true> {
  const map = new UidMap<true>()
  for (const uid of list) map.set(uid, true)
  return map
}

export const NO_ANCESTORS: Ancestors = new Ancestors([], () => undefined)
