import { PolicyError } from '../errors.ts'
import type { EntityJson, Uid, UidJson, ValueJson } from '../json.ts'
import { field, isObject, type JsonObject, readUid } from '../shape.ts'
import { UidMap } from '../uid-map.ts'
import { directed, type Mismatch, record } from './directed.ts'
import { Resolver } from './resolve.ts'
import type { RecordType, Type } from './types.ts'

/** A Cedar schema in its JSON form, as `parseSchema` of `@holdfast/policy/authoring` gives it. */
export type SchemaJson = { readonly [namespace: string]: unknown }

/** An entity whose attributes may be written the short way. */
export interface LooseEntityJson {
  readonly uid: UidJson
  readonly attrs?: { readonly [attribute: string]: unknown } | undefined
  readonly parents?: readonly UidJson[] | undefined
  readonly tags?: { readonly [tag: string]: unknown } | undefined
}

/** A schema as data is read by it. (Policies are validated by `@holdfast/policy/authoring`.) */
export interface Schema {
  /** The actions and action groups as entities with their parents: without them `action in Action::"write"` never holds for a member. */
  readonly actions: readonly EntityJson[]
  /** What it declares of an entity type, by its full name. */
  type(name: string): EntityType | undefined
  /** Cedar JSON of an entity whose attributes and tags are written the short way; an entity type that is not declared is refused. */
  entity(json: LooseEntityJson, mismatch?: Mismatch): EntityJson
  /** What it declares of the context of an action; undefined for an action that is not declared. */
  contextType(action: Uid): RecordType | undefined
  /** Cedar JSON of the context of an action, written the short way. */
  context(
    action: Uid,
    json: { readonly [attribute: string]: unknown },
    mismatch?: Mismatch,
  ): { readonly [attribute: string]: ValueJson }
}

/** An entity type. */
export interface EntityType {
  readonly shape: RecordType
  readonly tags: Type | undefined
  /** The types of the entities that one of this type may have as parents. */
  readonly memberOf: readonly string[]
}

const EMPTY: RecordType = { kind: 'record', attributes: new Map() }

/** Reads a schema's JSON form. Throws `PolicyError` (`schema_malformed`). */
export function createSchema(json: SchemaJson): Schema {
  const types = new Map<string, EntityType>()
  const contexts = new UidMap<RecordType>()
  const actions: EntityJson[] = []
  const resolver = new Resolver(json)
  for (const [namespace, declarations] of Object.entries(json)) {
    if (!isObject(declarations)) throw new PolicyError('schema_malformed', 'expected a namespace', namespace)
    for (const [name, type] of declared(declarations, 'entityTypes')) {
      types.set(qualify(namespace, name), readEntityType(type, namespace, name, resolver))
    }
    for (const [id, action] of declared(declarations, 'actions')) {
      const uid = { type: qualify(namespace, 'Action'), id }
      contexts.set(uid, readContext(action, namespace, id, resolver))
      actions.push({ uid, parents: readGroups(action, namespace, id, resolver) })
    }
  }
  return Object.freeze({
    actions: Object.freeze(actions),
    type: (name: string) => types.get(name),
    contextType: (action: Uid) => contexts.get(action),
    entity: (entity: LooseEntityJson, mismatch: Mismatch = 'refuse') => readEntity(types, entity, mismatch),
    context: (action: Uid, context: { readonly [attribute: string]: unknown }, mismatch: Mismatch = 'refuse') => {
      const type = contexts.get(action)
      if (type !== undefined) return record(context, type, mismatch, 'context')
      if (mismatch === 'keep') return context as { readonly [attribute: string]: ValueJson }
      throw new PolicyError('value_malformed', `the schema has no action ${JSON.stringify(action.id)}`, 'action')
    },
  })
}

function qualify(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}::${name}`
}

function declared(declarations: JsonObject, section: string): [string, JsonObject][] {
  const list = field(declarations, section) ?? {}
  if (!isObject(list)) throw new PolicyError('schema_malformed', 'expected an object', section)
  return Object.entries(list).map(([name, declaration]) => {
    if (!isObject(declaration)) throw new PolicyError('schema_malformed', 'expected an object', `${section}.${name}`)
    return [name, declaration]
  })
}

function readEntityType(json: JsonObject, namespace: string, name: string, resolver: Resolver): EntityType {
  const [shape, tags] = [field(json, 'shape'), field(json, 'tags')]
  return {
    shape: shape === undefined ? EMPTY : readRecord(shape, namespace, name, resolver),
    tags: tags === undefined ? undefined : resolver.type(tags, namespace, `${name}.tags`),
    memberOf: readMemberOf(field(json, 'memberOfTypes') ?? [], namespace, name, resolver),
  }
}

function readMemberOf(list: unknown, namespace: string, name: string, resolver: Resolver): readonly string[] {
  if (!Array.isArray(list)) throw new PolicyError('schema_malformed', '`memberOfTypes` must be a list', name)
  return (list as unknown[]).map((type) => resolver.entityName(String(type), namespace, name))
}

function readRecord(json: unknown, namespace: string, path: string, resolver: Resolver): RecordType {
  const type = resolver.type(json, namespace, path)
  if (type.kind !== 'record') throw new PolicyError('schema_malformed', 'expected a record type', path)
  return type
}

function readContext(json: JsonObject, namespace: string, id: string, resolver: Resolver): RecordType {
  const appliesTo = field(json, 'appliesTo')
  const context = isObject(appliesTo) ? field(appliesTo, 'context') : undefined
  return context === undefined ? EMPTY : readRecord(context, namespace, `action ${id}`, resolver)
}

/** The groups of an action: of its own namespace when they are not qualified otherwise. */
function readGroups(json: JsonObject, namespace: string, id: string, resolver: Resolver): Uid[] {
  const list = field(json, 'memberOf') ?? []
  if (!Array.isArray(list)) throw new PolicyError('schema_malformed', '`memberOf` must be a list', `action ${id}`)
  return (list as unknown[]).map((group) => {
    const type = isObject(group) ? (field(group, 'type') ?? 'Action') : undefined
    const uid = readUid(
      { type, id: isObject(group) ? field(group, 'id') : undefined },
      'schema_malformed',
      `action ${id}`,
    )
    const here = uid.type === 'Action' && resolver.declaration(namespace, 'actions', uid.id) !== undefined
    return here ? { type: qualify(namespace, 'Action'), id: uid.id } : { type: uid.type, id: uid.id }
  })
}

function readEntity(types: ReadonlyMap<string, EntityType>, json: LooseEntityJson, mismatch: Mismatch): EntityJson {
  const uid = readUid(json.uid, 'entity_malformed', 'uid')
  const type = types.get(uid.type)
  if (type === undefined && mismatch === 'refuse') {
    throw new PolicyError('entity_malformed', `the schema has no entity type \`${uid.type}\``, 'uid')
  }
  const tags = type?.tags
  return {
    ...(json as EntityJson),
    attrs: record(json.attrs ?? {}, type?.shape ?? EMPTY, mismatch, 'attrs'),
    ...(json.tags === undefined ? {} : { tags: readTags(json.tags, tags, mismatch) }),
  }
}

function readTags(
  json: { readonly [tag: string]: unknown },
  type: Type | undefined,
  mismatch: Mismatch,
): { readonly [tag: string]: ValueJson } {
  if (type === undefined) return record(json, EMPTY, mismatch, 'tags')
  return Object.fromEntries(
    Object.entries(json).map(([tag, value]) => [tag, directed(value, type, mismatch, `tags.${tag}`)]),
  )
}
