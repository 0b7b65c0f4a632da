import { Ancestors, NO_ANCESTORS } from './ancestors.ts'
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
  /** Its parents, and theirs, however far. */
  readonly ancestors: Ancestors
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
  /** Whether it is these entities, or has been laid over them. */
  extends(base: Entities): boolean
}

/** An entity in its layer. Its ancestors are worked out when somebody asks: no layer over its own can change them. */
class Node implements Entity {
  readonly uid: EntityUid
  readonly attributes: ReadonlyMap<string, Value>
  readonly tags: ReadonlyMap<string, Value>
  readonly parents: readonly EntityUid[]
  readonly #layer: Layer
  #ancestors: Ancestors | undefined

  constructor(json: unknown, path: string, layer: Layer) {
    if (!isObject(json)) throw new PolicyError('entity_malformed', 'expected an object with a uid', path)
    this.uid = readUid(field(json, 'uid'), 'entity_malformed', `${path}.uid`)
    this.attributes = readAttributes(json, 'attrs', path)
    this.tags = readAttributes(json, 'tags', path)
    this.parents = readParents(json, path)
    this.#layer = layer
    this.#ancestors = this.parents.length === 0 ? NO_ANCESTORS : undefined
  }

  get ancestors(): Ancestors {
    this.#ancestors ??= new Ancestors(this.parents, (uid) => this.#layer.get(uid)?.parents)
    return this.#ancestors
  }
}

const NOTHING: ReadonlyMap<string, Value> = new Map()

/**
 * Reads entities in Cedar's JSON form. Ancestors are transitive; parents need not be entities of the list.
 * Throws `PolicyError`: `entity_malformed`, `entity_duplicate`, `entity_cycle`, or what `toValue` throws for an attribute.
 */
export function createEntities(list: readonly EntityJson[]): Entities {
  return new Layer(list, undefined)
}

/**
 * The same of a long list, with a pause after every 2,000 entities, in which others have their turn.
 * @param turn resolves when it goes on
 */
export function createEntitiesInTurns(list: readonly EntityJson[], turn: () => Promise<void>): Promise<Entities> {
  return Layer.inTurns(list, turn)
}

/** Some milliseconds. */
const AT_ONCE = 2000

class Layer implements Entities {
  readonly #base: Layer | undefined
  readonly #nodes: Nodes = new Nodes()
  /** Whom its entities name as their parents; worked out when something is laid over it. */
  #parents: UidMap<true> | undefined
  #members: UidMap<Map<string, readonly string[]>> | undefined

  constructor(list: readonly EntityJson[], base: Layer | undefined) {
    this.#base = base
    if (!Array.isArray(list)) throw new PolicyError('entity_malformed', 'expected a list', 'entities')
    for (let at = 0; at < list.length; at++) this.#add(list[at], `entities[${at}]`)
    refuseCycles(this.#nodes)
    Object.freeze(this)
  }

  static async inTurns(list: readonly EntityJson[], turn: () => Promise<void>): Promise<Layer> {
    const layer = new Layer([], undefined)
    for (let at = 0; at < list.length; at++) {
      layer.#add(list[at], `entities[${at}]`)
      if (at % AT_ONCE === AT_ONCE - 1) await turn()
    }
    refuseCycles(layer.#nodes)
    return layer
  }

  get size(): number {
    return this.#nodes.list.length + (this.#base?.size ?? 0)
  }

  get(uid: Uid): Node | undefined {
    const node = this.#nodes.get(uid)
    return node === undefined && this.#base !== undefined ? this.#base.get(uid) : node
  }

  isIn(descendant: Uid, ancestor: Uid): boolean {
    if (descendant.id === ancestor.id && descendant.type === ancestor.type) return true
    return this.get(descendant)?.ancestors.has(ancestor) ?? false
  }

  ancestors(uid: Uid): readonly Uid[] {
    return [uid, ...(this.get(uid)?.ancestors.list ?? [])]
  }

  members(ancestor: Uid, type: string): readonly string[] {
    // Answers are kept for entities that have members only: a request may name any number of others.
    if (!this.#hasMembers(ancestor)) return ancestor.type === type ? [ancestor.id] : []
    this.#members ??= new UidMap()
    let byType = this.#members.get(ancestor)
    if (byType === undefined) this.#members.set(ancestor, (byType = new Map()))
    let ids = byType.get(type)
    if (ids === undefined) byType.set(type, (ids = this.#findMembers(ancestor, type)))
    return ids
  }

  with(more: readonly EntityJson[]): Entities {
    return new Layer(more, this)
  }

  extends(base: Entities): boolean {
    return base === this || (this.#base?.extends(base) ?? false)
  }

  #hasMembers(uid: Uid): boolean {
    return this.#isParent(uid) || (this.#base !== undefined && this.#base.#hasMembers(uid))
  }

  #findMembers(ancestor: Uid, type: string): readonly string[] {
    const ids = new Set(this.#base?.members(ancestor, type))
    if (ancestor.type === type) ids.add(ancestor.id)
    for (const { uid } of this.#nodes.list) {
      if (uid.type === type && this.isIn(uid, ancestor)) ids.add(uid.id)
    }
    return [...ids]
  }

  #add(json: unknown, path: string): void {
    const node = new Node(json, path, this)
    if (this.#nodes.get(node.uid) !== undefined) {
      throw new PolicyError('entity_duplicate', 'there are two of this uid', path)
    }
    for (let base = this.#base; base !== undefined; base = base.#base) {
      if (base.#nodes.get(node.uid) !== undefined || base.#isParent(node.uid)) {
        throw new PolicyError('entity_duplicate', `${node.uid.type} is already known, and may not be redefined`, path)
      }
    }
    this.#nodes.add(node)
  }

  #isParent(uid: Uid): boolean {
    if (this.#parents === undefined) {
      this.#parents = new UidMap()
      for (const { parents } of this.#nodes.list) for (const parent of parents) this.#parents.set(parent, true)
    }
    return this.#parents.has(uid)
  }
}

/** Up to this many, as a request lays over what is kept, looking at each is quicker than making and asking a hash map. */
const SCANNED = 6

/** The entities of a layer. */
class Nodes {
  readonly list: Node[] = []
  #map: UidMap<Node> | undefined

  get(uid: Uid): Node | undefined {
    if (this.#map !== undefined) return this.#map.get(uid)
    for (let at = 0; at < this.list.length; at++) {
      const node = this.list[at] as Node
      if (node.uid.id === uid.id && node.uid.type === uid.type) return node
    }
    return undefined
  }

  add(node: Node): void {
    this.list.push(node)
    if (this.#map !== undefined) this.#map.set(node.uid, node)
    else if (this.list.length > SCANNED) {
      this.#map = new UidMap()
      for (const each of this.list) this.#map.set(each.uid, each)
    }
  }
}

function readParents(json: JsonObject, path: string): readonly EntityUid[] {
  const parents = field(json, 'parents') ?? []
  if (!Array.isArray(parents)) throw new PolicyError('entity_malformed', 'expected a list', `${path}.parents`)
  const uids: EntityUid[] = []
  for (let at = 0; at < parents.length; at++) {
    uids.push(readUid(parents[at], 'entity_malformed', `${path}.parents[${at}]`))
  }
  return uids
}

function readAttributes(json: JsonObject, name: string, path: string): ReadonlyMap<string, Value> {
  const attributes = field(json, name)
  if (attributes === undefined) return NOTHING
  if (!isObject(attributes)) throw new PolicyError('entity_malformed', 'expected an object', `${path}.${name}`)
  return toAttributes(attributes, `${path}.${name}`)
}

/** Depth first without recursion: whoever is met again while still open is its own ancestor. */
function refuseCycles(nodes: Nodes): void {
  if (!hasInner(nodes)) return
  const done = new Set<Node>()
  const open = new Set<Node>()
  for (const start of nodes.list) {
    if (start.parents.length === 0 || done.has(start)) continue
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

/** Whether an entity has another of the same layer as its parent: without that there is no way round. */
function hasInner(nodes: Nodes): boolean {
  for (const { parents } of nodes.list) for (const parent of parents) if (nodes.get(parent) !== undefined) return true
  return false
}
