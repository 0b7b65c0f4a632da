import type { Uid } from './json.ts'

interface Entry<T> {
  readonly type: string
  value: T
  /** Another uid of the same id: rare. */
  next: Entry<T> | undefined
}

/** A map by uid: by id, then by type. A look-up is one step in a hash map and allocates nothing, and no two uids can be confused. */
export class UidMap<T> {
  readonly #ids: Map<string, Entry<T>> = new Map()
  #size = 0

  get size(): number {
    return this.#size
  }

  get(uid: Uid): T | undefined {
    let entry = this.#ids.get(uid.id)
    while (entry !== undefined && entry.type !== uid.type) entry = entry.next
    return entry === undefined ? undefined : entry.value
  }

  has(uid: Uid): boolean {
    let entry = this.#ids.get(uid.id)
    while (entry !== undefined && entry.type !== uid.type) entry = entry.next
    return entry !== undefined
  }

  set(uid: Uid, value: T): void {
    const first = this.#ids.get(uid.id)
    let entry = first
    while (entry !== undefined && entry.type !== uid.type) entry = entry.next
    if (entry !== undefined) {
      entry.value = value
      return
    }
    this.#ids.set(uid.id, { type: uid.type, value, next: first })
    this.#size++
  }

  *values(): Generator<T> {
    for (const first of this.#ids.values()) {
      for (let entry: Entry<T> | undefined = first; entry !== undefined; entry = entry.next) yield entry.value
    }
  }
}
