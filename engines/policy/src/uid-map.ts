import type { Uid } from './json.ts'

/** A map by uid: two levels, so that a look-up allocates nothing and no two uids can be confused. */
export class UidMap<T> {
  readonly #types: Map<string, Map<string, T>> = new Map()
  #size = 0

  get size(): number {
    return this.#size
  }

  get(uid: Uid): T | undefined {
    return this.#types.get(uid.type)?.get(uid.id)
  }

  has(uid: Uid): boolean {
    return this.#types.get(uid.type)?.has(uid.id) ?? false
  }

  set(uid: Uid, value: T): void {
    let ids = this.#types.get(uid.type)
    if (ids === undefined) this.#types.set(uid.type, (ids = new Map()))
    if (!ids.has(uid.id)) this.#size++
    ids.set(uid.id, value)
  }

  *keys(): Generator<Uid> {
    for (const [type, ids] of this.#types) for (const id of ids.keys()) yield { type, id }
  }

  /** The values whose uids are of a type. */
  ofType(type: string): Iterable<T> {
    return this.#types.get(type)?.values() ?? []
  }

  *values(): Generator<T> {
    for (const ids of this.#types.values()) yield* ids.values()
  }
}
