import {
  type Attribute,
  common,
  type JsonObject,
  named,
  type Resource,
  type ResourceType,
  same,
  type Schema,
} from './attribute.ts'

/** An attribute, and in which schema it is; null for one that all resources have. */
export interface Found {
  readonly attribute: Attribute
  readonly extension: Schema | null
}

/** Ids of every schema of a type: by them paths are split. */
export function schemaIds({ core, extensions }: ResourceType): readonly string[] {
  return [core.id, ...extensions.map(({ id }) => id)]
}

/**
 * Looks an attribute up as clients name it: with its schema's id or without. One of an extension is found without as well,
 * where no attribute of the core has that name, since clients leave the id away.
 */
export function findAttribute(
  type: ResourceType,
  { schema, name }: { readonly schema: string | null; readonly name: string },
): Found | undefined {
  const core = schema === null || same(schema, type.core.id)
  const ofCore = core ? (named(type.core.attributes, name) ?? named(common, name)) : undefined
  if (ofCore !== undefined) return { attribute: ofCore, extension: null }
  for (const extension of type.extensions) {
    if (schema !== null && !same(schema, extension.id)) continue
    const attribute = named(extension.attributes, name)
    if (attribute !== undefined) return { attribute, extension }
  }
  return undefined
}

/** What holds the attribute: the resource, or the part of it that is the extension's. */
export function holderOf(resource: Resource, extension: Schema | null): JsonObject {
  if (extension === null) return resource
  const part = resource[extension.id]
  return isObject(part) ? part : {}
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that is a text; undefined where it is anything else. */
export function textOf(resource: Resource, name: string): string | undefined {
  const value = resource[name]
  return typeof value === 'string' ? value : undefined
}
