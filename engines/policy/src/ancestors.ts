import type { Uid } from './json.ts'
import { UidMap } from './uid-map.ts'
import type { EntityUid } from './value.ts'

/** Up to this many, looking at each is quicker than a hash map. */
const SCANNED = 6

/** All ancestors of an entity, each once; not the entity itself. */
export class Ancestors {
  readonly list: readonly EntityUid[]
  readonly #map: UidMap<true> | undefined

  constructor(list: readonly EntityUid[], map: UidMap<true>) {
    this.list = list
    this.#map = list.length > SCANNED ? map : undefined
  }

  has(uid: Uid): boolean {
    if (this.#map !== undefined) return this.#map.has(uid)
    const { list } = this
    for (let at = 0; at < list.length; at++) {
      const each = list[at] as EntityUid
      if (each.id === uid.id && each.type === uid.type) return true
    }
    return false
  }
}

export const NO_ANCESTORS: Ancestors = new Ancestors([], new UidMap())
