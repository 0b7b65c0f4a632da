import { toAttributes } from './convert.ts'
import { PolicyError } from './errors.ts'
import type { EntityJson, Uid } from './json.ts'
import { field, isObject, type JsonObject, readUid } from './shape.ts'
import { UidMap } from './uid-map.ts'
import type { EntityUid, Value } from './value.ts'

/** What is known of one entity. */
export interface Entity {
  readonly uid: EntityUid
  readonly attributes: ReadonlyMap<string, Value>
  readonly tags: ReadonlyMap<string, Value>
  readonly parents: readonly EntityUid[]
}

/** A frozen set of entities and their hierarchy. */
export interface Entities {
  /** How many, with those of the base. */
  readonly size: number
  get(uid: Uid): Entity | undefined
  /** Whether the first is the second or has it as an ancestor, however far. */
  isIn(descendant: Uid, ancestor: Uid): boolean
  /** The entity and everything that it is in. */
  ancestors(uid: Uid): readonly Uid[]
  /** The ids of the known entities of a type that are in an entity, itself among them when it is of that type. The first question of a kind costs a walk over all entities. */
  members(ancestor: Uid, type: string): readonly string[]
  /**
   * These entities and more: an overlay that copies nothing, made for the resource of one request.
   * It may add, never change: an entity that is already known, or that a known entity names as its parent, is refused (`entity_duplicate`),
   * so that data of a request can neither alter nor extend the groups of a principal.
   */
  with(more: readonly EntityJson[]): Entities
}

interface Node extends Entity {
  ancestors: UidMap<true> | undefined
}

const NOTHING: ReadonlyMap<string, Value> = new Map()

/**
 * Reads entities in Cedar's JSON form. Ancestors are transitive; parents need not be entities of the list.
 * Throws `PolicyError`: `entity_malformed`, `entity_duplicate`, `entity_cycle`, or what `toValue` throws for an attribute.
 */
export function createEntities(list: readonly EntityJson[]): Entities {
  return new Layer(list, undefined)
}

class Layer implements Entities {
  readonly #base: Layer | undefined
  readonly #nodes: UidMap<Node> = new UidMap()
  readonly #parents: UidMap<true> = new UidMap()
  readonly #members: UidMap<Map<string, readonly string[]>> = new UidMap()

  constructor(list: readonly EntityJson[], base: Layer | undefined) {
    this.#base = base
    if (!Array.isArray(list)) throw new PolicyError('entity_malformed', 'expected a list', 'entities')
    for (let at = 0; at < list.length; at++) this.#add(readEntity(list[at], `entities[${at}]`), `entities[${at}]`)
    refuseCycles(this.#nodes)
    Object.freeze(this)
  }

  get size(): number {
    return this.#nodes.size + (this.#base?.size ?? 0)
  }

  get(uid: Uid): Entity | undefined {
    return this.#find(uid)
  }

  isIn(descendant: Uid, ancestor: Uid): boolean {
    if (descendant.id === ancestor.id && descendant.type === ancestor.type) return true
    const node = this.#find(descendant)
    if (node === undefined || node.parents.length === 0) return false
    node.ancestors ??= this.#ancestors(node)
    return node.ancestors.has(ancestor)
  }

  ancestors(uid: Uid): readonly Uid[] {
    const node = this.#find(uid)
    if (node === undefined || node.parents.length === 0) return [uid]
    node.ancestors ??= this.#ancestors(node)
    return [uid, ...node.ancestors.keys()]
  }

  members(ancestor: Uid, type: string): readonly string[] {
    let byType = this.#members.get(ancestor)
    if (byType === undefined) this.#members.set(ancestor, (byType = new Map()))
    let ids = byType.get(type)
    if (ids === undefined) byType.set(type, (ids = this.#findMembers(ancestor, type)))
    return ids
  }

  with(more: readonly EntityJson[]): Entities {
    return new Layer(more, this)
  }

  #findMembers(ancestor: Uid, type: string): readonly string[] {
    const ids = new Set(this.#base?.members(ancestor, type))
    if (ancestor.type === type) ids.add(ancestor.id)
    for (const { uid } of this.#nodes.ofType(type)) if (this.isIn(uid, ancestor)) ids.add(uid.id)
    return [...ids]
  }

  #find(uid: Uid): Node | undefined {
    return this.#nodes.get(uid) ?? (this.#base === undefined ? undefined : this.#base.#find(uid))
  }

  #add(node: Node, path: string): void {
    if (this.#nodes.has(node.uid)) throw new PolicyError('entity_duplicate', 'there are two of this uid', path)
    for (let base = this.#base; base !== undefined; base = base.#base) {
      if (base.#nodes.has(node.uid) || base.#parents.has(node.uid)) {
        throw new PolicyError('entity_duplicate', `${node.uid.type} is already known, and may not be redefined`, path)
      }
    }
    this.#nodes.set(node.uid, node)
    for (const parent of node.parents) this.#parents.set(parent, true)
  }

  /** Walks up without recursion: a chain may be long. What a known node already worked out is taken over. */
  #ancestors(node: Node): UidMap<true> {
    const seen = new UidMap<true>()
    const open = [...node.parents]
    for (let uid = open.pop(); uid !== undefined; uid = open.pop()) {
      if (seen.has(uid)) continue
      seen.set(uid, true)
      const parents = this.#find(uid)?.parents
      if (parents !== undefined) for (const parent of parents) open.push(parent)
    }
    return seen
  }
}

function readEntity(json: unknown, path: string): Node {
  if (!isObject(json)) throw new PolicyError('entity_malformed', 'expected an object with a uid', path)
  const parents = field(json, 'parents') ?? []
  if (!Array.isArray(parents)) throw new PolicyError('entity_malformed', 'expected a list', `${path}.parents`)
  const uids: EntityUid[] = []
  for (let at = 0; at < parents.length; at++) {
    uids.push(readUid(parents[at], 'entity_malformed', `${path}.parents[${at}]`))
  }
  return {
    uid: readUid(field(json, 'uid'), 'entity_malformed', `${path}.uid`),
    attributes: readAttributes(json, 'attrs', path),
    tags: readAttributes(json, 'tags', path),
    parents: uids,
    ancestors: undefined,
  }
}

function readAttributes(json: JsonObject, name: string, path: string): ReadonlyMap<string, Value> {
  const attributes = field(json, name)
  if (attributes === undefined) return NOTHING
  if (!isObject(attributes)) throw new PolicyError('entity_malformed', 'expected an object', `${path}.${name}`)
  return toAttributes(attributes, `${path}.${name}`, 0)
}

/** Depth first without recursion: whoever is met again while still open is its own ancestor. */
function refuseCycles(nodes: UidMap<Node>): void {
  const done = new Set<Node>()
  const open = new Set<Node>()
  for (const start of nodes.values()) {
    if (done.has(start)) continue
    const path: { node: Node; next: number }[] = [{ node: start, next: 0 }]
    open.add(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const uid = top.node.parents[top.next++]
      if (uid === undefined) {
        open.delete(top.node)
        done.add(top.node)
        path.pop()
        continue
      }
      const parent = nodes.get(uid)
      if (parent === undefined || done.has(parent)) continue
      if (open.has(parent))
        throw new PolicyError('entity_cycle', `${uid.type}::${JSON.stringify(uid.id)} is its own ancestor`)
      open.add(parent)
      path.push({ node: parent, next: 0 })
    }
  }
}
