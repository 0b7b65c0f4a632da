import { ScimProblem, quoted } from '../problem.ts'
import { type Attribute, type Json, named, type Resource, type ResourceType } from '../schema/attribute.ts'
import { findAttribute, holderOf, isObject } from '../schema/find.ts'
import { compare, isThere } from './compare.ts'
import type { AttributePath, Filter } from './types.ts'

/** Looks a path up: the values that are there, and the attribute that says how they compare. */
type Look = (path: AttributePath) => { readonly values: readonly Json[]; readonly attribute: Attribute | undefined }

/**
 * Whether a resource is what the filter asks for (RFC 7644, section 3.4.2.2). Of an attribute of many values one that is so
 * is enough, for `ne` none that is equal; an attribute that nobody knows has no value.
 * @throws ScimProblem invalidFilter for a comparison that the type does not allow
 */
export function matches(filter: Filter, resource: Resource, type: ResourceType): boolean {
  return holds(filter, (path) => lookIn(resource, type, path))
}

/** Whether one value of an attribute is what the filter in brackets asks for. */
export function elementMatches(filter: Filter, element: Json, attribute: Attribute): boolean {
  return holds(filter, (path) => lookInElement(element, attribute, path))
}

function holds(filter: Filter, look: Look): boolean {
  switch (filter.is) {
    // Both are looked at always: whether a comparison is allowed does not depend on the data.
    case 'and': {
      const left = holds(filter.left, look)
      return holds(filter.right, look) && left
    }
    case 'or': {
      const left = holds(filter.left, look)
      return holds(filter.right, look) || left
    }
    case 'not':
      return !holds(filter.of, look)
    case 'present':
    case 'some':
      return look(filter.path).values.some(isThere)
    default: {
      const { values, attribute } = look(filter.path)
      return compare(values, filter, attribute)
    }
  }
}

function lookIn(resource: Resource, type: ResourceType, path: AttributePath): ReturnType<Look> {
  const found = findAttribute(type, path)
  if (found === undefined) return { values: [], attribute: undefined }
  const value = holderOf(resource, found.extension)[found.attribute.name]
  return inside(elements(value), found.attribute, path)
}

function lookInElement(element: Json, attribute: Attribute, path: AttributePath): ReturnType<Look> {
  if (path.where !== null) throw new ScimProblem('invalidFilter', 'Brackets do not stand within brackets.')
  if (!isObject(element)) {
    return path.name.toLowerCase() === 'value' ? { values: [element], attribute } : { values: [], attribute: undefined }
  }
  const sub = named(attribute.subAttributes, path.name)
  return { values: sub === undefined ? [] : elements(element[sub.name]), attribute: sub }
}

function inside(
  all: readonly Json[],
  attribute: Attribute,
  { where, sub: wanted, name }: AttributePath,
): ReturnType<Look> {
  if (where !== null && !attribute.multiValued) {
    throw new ScimProblem('invalidFilter', `${quoted(name)} has one value only, and nothing to choose from.`)
  }
  const chosen = where === null ? all : all.filter((element) => elementMatches(where, element, attribute))
  if (attribute.subAttributes === undefined) return { values: wanted === null ? chosen : [], attribute }
  // Who names no part means the value (RFC 7643, section 2.4: "value" is the significant one); for `pr` any part will do.
  const sub = named(attribute.subAttributes, wanted ?? 'value')
  if (sub === undefined) return { values: wanted === null ? chosen : [], attribute }
  const parts = chosen.flatMap((element) => (isObject(element) ? elements(element[sub.name]) : []))
  return { values: wanted === null && parts.length === 0 ? chosen.filter(isObject) : parts, attribute: sub }
}

function elements(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? (value as readonly Json[]) : [value]
}
