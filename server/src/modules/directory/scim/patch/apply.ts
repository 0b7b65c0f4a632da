import { parsePath } from '../filter/parse.ts'
import type { AttributePath } from '../filter/types.ts'
import { ScimProblem, quoted } from '../problem.ts'
import { type Attribute, type Json, named, type Resource, type ResourceType, same } from '../schema/attribute.ts'
import { findAttribute, holderOf, isObject, schemaIds } from '../schema/find.ts'
import { checkRequired, elementOf, valueOf } from '../schema/values.ts'
import { changeMany } from './many.ts'
import type { Operation } from './operations.ts'
import type { Target } from './target.ts'

/**
 * A resource after the operations of a PATCH, one after the other, all or none (RFC 7644, section 3.5.2).
 * @throws ScimProblem invalidPath, mutability, invalidValue, noTarget, invalidFilter
 */
export function applyPatch(resource: Resource, operations: readonly Operation[], type: ResourceType): Resource {
  const changed = operations.reduce((current, operation) => applyOne(current, operation, type), resource)
  checkRequired(type, changed)
  return changed
}

function applyOne(resource: Resource, { op, path, value }: Operation, type: ResourceType): Resource {
  if (path === null) return applyAll(resource, op, value, type)
  if (path.name === '') {
    const { schema } = path
    const id = schemaIds(type).find((each) => schema !== null && same(each, schema))
    if (id === undefined) throw new ScimProblem('invalidPath', 'There is no such schema.')
    if (op === 'remove') return without(resource, id)
    return applyAll(resource, op, isObject(value) ? { [id]: value } : value, type)
  }
  const found = findAttribute(type, path)
  if (found === undefined) throw new ScimProblem('invalidPath', `There is no attribute ${quoted(path.name)}.`)
  const { attribute, extension } = found
  const sub = subOf(attribute, path)
  if (attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly') {
    throw new ScimProblem('mutability', `"${sub?.name ?? attribute.name}" can be read only.`)
  }
  const holder = holderOf(resource, extension)
  const now = changed(holder[attribute.name], { op, value, attribute, sub, where: path.where })
  const after = now === undefined ? without(holder, attribute.name) : { ...holder, [attribute.name]: now }
  if (extension === null) return after
  return Object.keys(after).length === 0 ? without(resource, extension.id) : { ...resource, [extension.id]: after }
}

function subOf(attribute: Attribute, { sub, where }: AttributePath): Attribute | undefined {
  if (where !== null && !attribute.multiValued) {
    throw new ScimProblem('invalidPath', `"${attribute.name}" has one value only, and nothing to choose from.`)
  }
  if (sub === null) return undefined
  const found = named(attribute.subAttributes, sub)
  if (found === undefined) throw new ScimProblem('invalidPath', `"${attribute.name}" has no ${quoted(sub)}.`)
  return found
}

/** @returns the attribute's value afterwards; undefined: it has none */
function changed(before: Json | undefined, target: Target): Json | undefined {
  const { op, value, attribute, sub } = target
  if (attribute.multiValued) return changeMany(before, target)
  if (sub !== undefined) {
    const own = isObject(before) ? before : {}
    const part = op === 'remove' || value === undefined ? undefined : valueOf(sub, value)
    const after = part === undefined ? without(own, sub.name) : { ...own, [sub.name]: part }
    return Object.keys(after).length === 0 ? undefined : after
  }
  if (op === 'remove' || value === undefined) return undefined
  const own = elementOf(attribute, value)
  if (!isObject(own) || !isObject(before)) return own
  // The address of whoever was named before is not that of the next one.
  const kept = own['value'] === undefined ? before : without(before, '$ref')
  return { ...kept, ...own }
}

/**
 * Without a path the value names attributes; Entra ID writes whole paths there (`name.givenName`,
 * `emails[type eq "work"].value`, `urn:...:User:department`). What nobody knows or may set is left out, as in a PUT: Okta
 * sends the id along.
 */
function applyAll(resource: Resource, op: Operation['op'], value: Json | undefined, type: ResourceType): Resource {
  if (!isObject(value)) throw new ScimProblem('invalidValue', 'Without "path" the value is a JSON object.')
  return Object.entries(value).reduce((current, [key, each]) => {
    const extension = type.extensions.find(({ id }) => same(id, key))
    if (extension !== undefined || same(key, type.core.id)) {
      if (!isObject(each)) throw new ScimProblem('invalidValue', `${quoted(key)} is no JSON object.`)
      const schema = extension?.id ?? type.core.id
      return Object.entries(each).reduce(
        (own, [name, part]) => setIfKnown(own, { op, path: `${schema}:${name}`, value: part }, type),
        current,
      )
    }
    return setIfKnown(current, { op, path: key, value: each }, type)
  }, resource)
}

function setIfKnown(
  resource: Resource,
  { op, path: text, value }: { readonly op: Operation['op']; readonly path: string; readonly value: Json },
  type: ResourceType,
): Resource {
  const path = pathIfAny(text, type)
  const found = path === undefined ? undefined : findAttribute(type, path)
  if (path === undefined || found === undefined) return resource
  const sub = path.sub === null ? undefined : named(found.attribute.subAttributes, path.sub)
  if (found.attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly') return resource
  return applyOne(resource, { op, path, value }, type)
}

function pathIfAny(text: string, type: ResourceType): AttributePath | undefined {
  try {
    return parsePath(text, schemaIds(type))
  } catch (error) {
    if (error instanceof ScimProblem) return undefined
    throw error
  }
}

function without(object: Resource, name: string): Resource {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
}
