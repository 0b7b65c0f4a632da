import { createEntities, type Entities, type Entity, type Schema, type Uid } from '@holdfast/policy'
import { isOfDirectory, keyOf } from '../standing.ts'

/** What a request says of an entity, in plain JSON. */
export interface Described {
  readonly uid: Uid
  readonly attributes: Readonly<Record<string, unknown>> | undefined
}

/**
 * Entities, and what a request says of some of them: attributes that are not stored, and nothing else. A request can neither change
 * what is stored nor add a parent, so that it can take no group or role; of people, services, groups
 * and roles it can say nothing.
 * What is said first of an attribute counts. Throws `PolicyError` for a value that Cedar does not have.
 */
export function describe(base: Entities, schema: Schema, described: readonly Described[]): Entities {
  const own = new Map<string, Entity>()
  for (const { uid, attributes } of described) {
    if (attributes === undefined || isOfDirectory(uid) || uid.type === 'Role') continue
    const key = keyOf(uid)
    const known = own.get(key) ?? base.get(uid)
    const said = createEntities([schema.entity({ uid, attrs: attributes, parents: [] }, 'keep')]).get(uid)
    if (said === undefined) continue
    own.set(key, known === undefined ? said : joined(said, known))
  }
  return own.size === 0 ? base : new Overlay(base, own)
}

function joined(said: Entity, { uid, attributes, tags, parents, ancestors }: Entity): Entity {
  const all = new Map(said.attributes)
  for (const [name, value] of attributes) all.set(name, value)
  return { uid, attributes: all, tags, parents, ancestors }
}

class Overlay implements Entities {
  readonly #base: Entities
  readonly #own: ReadonlyMap<string, Entity>

  constructor(base: Entities, own: ReadonlyMap<string, Entity>) {
    this.#base = base
    this.#own = own
  }

  get size(): number {
    return this.#base.size + this.#own.size
  }

  get(uid: Uid): Entity | undefined {
    return this.#own.get(keyOf(uid)) ?? this.#base.get(uid)
  }

  isIn(descendant: Uid, ancestor: Uid): boolean {
    return this.#base.isIn(descendant, ancestor)
  }

  ancestors(...of: Parameters<Entities['ancestors']>): ReturnType<Entities['ancestors']> {
    return this.#base.ancestors(...of)
  }

  members(...of: Parameters<Entities['members']>): ReturnType<Entities['members']> {
    return this.#base.members(...of)
  }

  with(...more: Parameters<Entities['with']>): Entities {
    return new Overlay(this.#base.with(...more), this.#own)
  }

  /** Not the base's: some of its entities are others here. */
  extends(base: Entities): boolean {
    return base === this
  }
}
