import { PolicyError } from '../errors.ts'
import { field, isObject, type JsonObject } from '../shape.ts'
import { type Attribute, BUILTIN, type Type } from './types.ts'

/** How deep a type may be nested. */
const TYPE_DEPTH = 100

/** Resolves the names of types in a schema's JSON form: in the namespace where they stand, then in the unnamed one, then among the built-in ones. */
export class Resolver {
  readonly #schema: JsonObject
  readonly #open: Set<string> = new Set()
  /** Common types by their full names: each is read once, or a chain of them that name the next one twice takes for ever. */
  readonly #read: Map<string, Type> = new Map()

  constructor(schema: JsonObject) {
    this.#schema = schema
  }

  /** A type as it is written in a namespace. */
  type(json: unknown, namespace: string, path: string, depth = 0): Type {
    if (depth > TYPE_DEPTH) throw new PolicyError('schema_malformed', `nested more than ${TYPE_DEPTH} deep`, path)
    const name = isObject(json) ? field(json, 'type') : undefined
    if (!isObject(json) || typeof name !== 'string') throw new PolicyError('schema_malformed', 'expected a type', path)
    switch (name) {
      case 'Set':
        return { kind: 'set', element: this.type(field(json, 'element'), namespace, path, depth + 1) }
      case 'Record':
        return { kind: 'record', attributes: this.#attributes(json, namespace, path, depth + 1) }
      case 'Entity':
      case 'EntityOrCommon':
      case 'Extension':
        return this.#named(String(field(json, 'name')), name, namespace, path, depth)
      default:
        return this.#named(name, 'EntityOrCommon', namespace, path, depth)
    }
  }

  /** The full name of an entity type. */
  entityName(name: string, namespace: string, path: string): string {
    const type = this.#named(name, 'Entity', namespace, path, 0)
    if (type.kind === 'entity') return type.name
    throw new PolicyError('schema_malformed', `\`${name}\` is not an entity type`, path)
  }

  #attributes(json: JsonObject, namespace: string, path: string, depth: number): ReadonlyMap<string, Attribute> {
    const attributes = field(json, 'attributes') ?? {}
    if (!isObject(attributes)) throw new PolicyError('schema_malformed', '`attributes` must be an object', path)
    const out = new Map<string, Attribute>()
    for (const [name, attribute] of Object.entries(attributes)) {
      const type = this.type(attribute, namespace, `${path}.${name}`, depth)
      const required = !isObject(attribute) || field(attribute, 'required') !== false
      out.set(name, { type, required })
    }
    return out
  }

  #named(name: string, kind: string, namespace: string, path: string, depth: number): Type {
    const builtin = BUILTIN.get(name.startsWith('__cedar::') ? name.slice('__cedar::'.length) : name)
    if (builtin !== undefined && (kind === 'Extension' || name.startsWith('__cedar::'))) return builtin
    for (const full of namespace === '' ? [name] : [`${namespace}::${name}`, name]) {
      const type = this.#declared(full, kind, path, depth)
      if (type !== undefined) return type
    }
    if (builtin !== undefined && kind !== 'Entity') return builtin
    throw new PolicyError('schema_malformed', `there is no type \`${name}\``, path)
  }

  #declared(full: string, kind: string, path: string, depth: number): Type | undefined {
    const cut = full.lastIndexOf('::')
    const [namespace, name] = cut < 0 ? ['', full] : [full.slice(0, cut), full.slice(cut + 2)]
    const common = kind === 'Entity' ? undefined : this.declaration(namespace, 'commonTypes', name)
    if (common !== undefined) {
      const known = this.#read.get(full)
      if (known !== undefined) return known
      if (this.#open.has(full)) throw new PolicyError('schema_malformed', `\`${full}\` refers to itself`, path)
      this.#open.add(full)
      const type = this.type(common, namespace, path, depth + 1)
      this.#open.delete(full)
      this.#read.set(full, type)
      return type
    }
    return this.declaration(namespace, 'entityTypes', name) === undefined ? undefined : { kind: 'entity', name: full }
  }

  /** What a namespace declares under that name. */
  declaration(namespace: string, section: 'commonTypes' | 'entityTypes' | 'actions', name: string): unknown {
    const declarations = field(this.#schema, namespace)
    const list = isObject(declarations) ? field(declarations, section) : undefined
    return isObject(list) ? field(list, name) : undefined
  }
}
