import { parsePath } from './filter/parse.ts'
import { ScimProblem } from './problem.ts'
import { type Json, named, type Resource, type ResourceType, same } from './schema/attribute.ts'
import { findAttribute, isObject, schemaIds } from './schema/find.ts'

/** Which attributes an answer has (RFC 7644, section 3.9). */
export interface Projection {
  readonly attributes?: string | undefined
  readonly excludedAttributes?: string | undefined
}

/**
 * Leaves out what was not asked for. `attributes` counts where both are said; what is returned always stays; names that
 * nobody knows are as if they were not said.
 */
export function project(
  resource: Resource,
  type: ResourceType,
  { attributes, excludedAttributes }: Projection,
): Resource {
  if (attributes !== undefined) {
    const always = Object.fromEntries(['schemas', 'id'].map((name) => [name, resource[name] ?? null]))
    return pathsOf(attributes, type).reduce((chosen, path) => withPath(chosen, resource, path), always)
  }
  if (excludedAttributes === undefined) return resource
  return pathsOf(excludedAttributes, type).reduce(withoutPath, resource)
}

/** Whether an answer has an attribute, so that it need not be read otherwise. */
export function isWanted(name: string, type: ResourceType, projection: Projection): boolean {
  return project({ [name]: [{}] }, type, projection)[name] !== undefined
}

interface Place {
  /** the id of an extension, where it is in one */
  readonly extension: string | null
  /** null: all of the extension */
  readonly name: string | null
  readonly sub: string | null
}

function pathsOf(text: string, type: ResourceType): readonly Place[] {
  return text.split(',', 200).flatMap((each): Place[] => {
    try {
      const path = parsePath(each.trim(), schemaIds(type))
      if (path.where !== null) return []
      if (path.name === '') {
        const extension = type.extensions.find(({ id }) => path.schema !== null && same(id, path.schema))
        return extension === undefined ? [] : [{ extension: extension.id, name: null, sub: null }]
      }
      const found = findAttribute(type, path)
      if (found === undefined) return []
      const sub = path.sub === null ? null : (named(found.attribute.subAttributes, path.sub)?.name ?? null)
      return [{ extension: found.extension?.id ?? null, name: found.attribute.name, sub }]
    } catch (error) {
      if (error instanceof ScimProblem) return []
      throw error
    }
  })
}

function withPath(chosen: Resource, resource: Resource, { extension, name, sub }: Place): Resource {
  const from = extension === null ? resource : resource[extension]
  if (!isObject(from)) return chosen
  if (extension !== null && name === null) return { ...chosen, [extension]: from }
  const value = name === null ? undefined : from[name]
  if (name === null || value === undefined) return chosen
  const into = extension === null ? chosen : isObject(chosen[extension]) ? chosen[extension] : {}
  const part = { ...into, [name]: sub === null ? value : partsOf(value, into[name], sub) }
  return extension === null ? part : { ...chosen, [extension]: part }
}

function partsOf(value: Json, chosen: Json | undefined, sub: string): Json {
  const pick = (each: Json, place?: number): Json => {
    if (!isObject(each) || each[sub] === undefined) return isObject(each) ? {} : each
    const before =
      place === undefined ? chosen : Array.isArray(chosen) ? (chosen[place] as Json | undefined) : undefined
    return { ...(isObject(before) ? before : {}), [sub]: each[sub] }
  }
  return Array.isArray(value) ? (value as readonly Json[]).map(pick) : pick(value)
}

function withoutPath(resource: Resource, { extension, name, sub }: Place): Resource {
  if (extension !== null) {
    const part = resource[extension]
    if (name === null || !isObject(part)) return omit(resource, name === null ? extension : '')
    return { ...resource, [extension]: withoutPath(part, { extension: null, name, sub }) }
  }
  const value = name === null ? undefined : resource[name]
  if (name === null || value === undefined || name === 'id' || name === 'schemas') return resource
  if (sub === null) return omit(resource, name)
  const strip = (each: Json): Json => (isObject(each) ? omit(each, sub) : each)
  return { ...resource, [name]: Array.isArray(value) ? (value as readonly Json[]).map(strip) : strip(value) }
}

function omit(object: Resource, name: string): Resource {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
}
