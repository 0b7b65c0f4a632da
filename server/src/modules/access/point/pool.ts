import type { EntityJson } from '@holdfast/policy'
import type { Uid } from '../../../platform/ports.ts'
import { keyOf } from '../standing.ts'

interface Pooled {
  readonly uid: Uid
  attrs: NonNullable<EntityJson['attrs']>
  tags: NonNullable<EntityJson['tags']>
  readonly parents: Map<string, Uid>
}

/** What is gathered about the entities of one question, from several places. */
export class Pool {
  readonly #entities = new Map<string, Pooled>()

  has(uid: Uid): boolean {
    return this.#entities.has(keyOf(uid))
  }

  /** What is said first of an attribute counts. */
  add({ uid, attrs = {}, tags = {}, parents = [] }: Omit<Partial<EntityJson>, 'uid'> & { readonly uid: Uid }): void {
    const entity = this.#of(uid)
    entity.attrs = { ...attrs, ...entity.attrs }
    entity.tags = { ...tags, ...entity.tags }
    for (const parent of parents) this.parent(uid, plain(parent))
  }

  parent(uid: Uid, parent: Uid): void {
    this.#of(uid).parents.set(keyOf(parent), parent)
  }

  /** The entities and whatever they are in, as far as it is known here. */
  uids(): Uid[] {
    const all = new Map<string, Uid>()
    for (const { uid, parents } of this.#entities.values()) {
      all.set(keyOf(uid), uid)
      for (const [key, parent] of parents) all.set(key, parent)
    }
    return [...all.values()]
  }

  /** Itself and everything above it. */
  above(uid: Uid): ReadonlySet<string> {
    const seen = new Set<string>()
    const open = [keyOf(uid)]
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (seen.has(key)) continue
      seen.add(key)
      open.push(...(this.#entities.get(key)?.parents.keys() ?? []))
    }
    return seen
  }

  list(): EntityJson[] {
    return [...this.#entities.values()].map(({ uid, attrs, tags, parents }) => ({
      uid,
      attrs,
      tags,
      parents: [...parents.values()],
    }))
  }

  #of(uid: Uid): Pooled {
    const key = keyOf(uid)
    let entity = this.#entities.get(key)
    if (entity === undefined) this.#entities.set(key, (entity = { uid, attrs: {}, tags: {}, parents: new Map() }))
    return entity
  }
}

/** A uid is written plainly or as an escape. */
export function plain(uid: EntityJson['uid']): Uid {
  const { __entity: escaped, ...written } = uid as { readonly __entity?: Uid } & Uid
  const { type, id } = escaped ?? written
  return { type, id }
}
