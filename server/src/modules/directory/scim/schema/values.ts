import { ScimProblem, quoted } from '../problem.ts'
import {
  type Attribute,
  type Json,
  type JsonObject,
  named,
  type Resource,
  type ResourceType,
  same,
} from './attribute.ts'
import { findAttribute, isObject } from './find.ts'

/** Characters of one text, values of one attribute, members of one group. */
const longest = { text: 4096, binary: 32_768 } as const
const mostValues = 100
const mostMembers = 20_000

/** Entra ID writes truth as a string, in capitals. @returns undefined for what is neither */
export function truthOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const text = typeof value === 'string' ? value.toLowerCase() : ''
  return text === 'true' ? true : text === 'false' ? false : undefined
}

/**
 * The body of a POST or PUT as a resource with canonical names. What the client may not set, and what no schema names, is
 * left out without a word (RFC 7644, section 3.3; 3.5.1); null and empty mean that there is none (RFC 7643, section 2.5).
 * @throws ScimProblem invalidSyntax, invalidValue
 */
export function resourceOf(type: ResourceType, body: unknown): Resource {
  if (!isObject(body)) throw new ScimProblem('invalidSyntax', 'The body is no JSON object.')
  checkSchemas(body, type.core.id)
  const resource: Record<string, Json> = {}
  for (const [key, value] of Object.entries(body)) {
    const extension = type.extensions.find(({ id }) => same(id, key))
    if (extension !== undefined) {
      const part = partOf(extension.attributes, value, key)
      if (part !== undefined) resource[extension.id] = part
      continue
    }
    const found = findAttribute(type, { schema: null, name: key })
    if (found === undefined || found.extension !== null || found.attribute.mutability === 'readOnly') continue
    const own = valueOf(found.attribute, value)
    if (own !== undefined) resource[found.attribute.name] = own
  }
  checkRequired(type, resource)
  return resource
}

/** @throws ScimProblem invalidSyntax where `schemas` is said, and does not name the schema */
export function checkSchemas(body: JsonObject, id: string): void {
  const schemas = Object.entries(body).find(([key]) => same(key, 'schemas'))?.[1]
  if (schemas === undefined) return
  const names = Array.isArray(schemas) ? (schemas as readonly unknown[]) : []
  if (!names.some((each) => typeof each === 'string' && same(each, id))) {
    throw new ScimProblem('invalidSyntax', `"schemas" does not name ${id}.`)
  }
}

/** @throws ScimProblem invalidValue */
export function checkRequired(type: ResourceType, resource: Resource): void {
  const missing = type.core.attributes.find(({ name, required }) => required && resource[name] === undefined)
  if (missing !== undefined) throw new ScimProblem('invalidValue', `"${missing.name}" is required.`)
}

/** @returns undefined when there is no value */
export function valueOf(attribute: Attribute, value: Json): Json | undefined {
  if (!attribute.multiValued) return elementOf(attribute, value)
  const list = elementsOf(attribute, value)
  return list.length === 0 ? undefined : list
}

/** The values of an attribute of many; one alone is a list of one. Of several primary ones the first is. */
export function elementsOf(attribute: Attribute, value: Json | undefined): readonly Json[] {
  const raw = Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value]
  const most = attribute.name === 'members' ? mostMembers : mostValues
  if (raw.length > most) throw new ScimProblem('invalidValue', `"${attribute.name}" has more than ${most} values.`)
  const list = raw.flatMap((each) => {
    const own = elementOf(attribute, each)
    return own === undefined ? [] : [own]
  })
  return onePrimary(list)
}

function onePrimary(list: readonly Json[]): readonly Json[] {
  const first = list.findIndex((each) => isObject(each) && each['primary'] === true)
  return first === -1
    ? list
    : list.map((each, place) =>
        place !== first && isObject(each) && each['primary'] === true ? { ...each, primary: false } : each,
      )
}

/** @returns one value; undefined when there is none */
export function elementOf(attribute: Attribute, value: Json): Json | undefined {
  const { name, type, subAttributes } = attribute
  if (value === null || value === '') return undefined
  if (type === 'complex') {
    const only = Array.isArray(value) && value.length === 1 ? (value[0] as Json) : value
    // Entra ID writes a manager as the bare id.
    const whole = isObject(only)
      ? only
      : typeof only === 'string' && named(subAttributes, 'value')
        ? { value: only }
        : only
    const part = partOf(subAttributes ?? [], whole, name)
    // What has no value is nothing: Okta sends an address that is null with a type.
    const hollow = attribute.multiValued && named(subAttributes, 'value') !== undefined && part?.['value'] === undefined
    return hollow ? undefined : part
  }
  return simpleOf(attribute, value)
}

function simpleOf({ name, type }: Attribute, value: Json): Json {
  if (type === 'boolean') {
    const truth = truthOf(value)
    if (truth === undefined) throw new ScimProblem('invalidValue', `"${name}" is neither true nor false.`)
    return truth
  }
  if (typeof value === 'object') throw new ScimProblem('invalidValue', `"${name}" is a text.`)
  const text = String(value)
  const most = type === 'binary' ? longest.binary : longest.text
  if (text.length > most) throw new ScimProblem('invalidValue', `"${name}" is longer than ${most} characters.`)
  return text
}

/** Members by their canonical names; those that are read only are left out. @returns undefined when none has a value */
function partOf(attributes: readonly Attribute[], value: Json, of: string): JsonObject | undefined {
  if (value === null || value === '') return undefined
  if (!isObject(value)) throw new ScimProblem('invalidValue', `${quoted(of)} is no JSON object.`)
  const part: Record<string, Json> = {}
  for (const [key, each] of Object.entries(value)) {
    const sub = named(attributes, key)
    if (sub === undefined || sub.mutability === 'readOnly') continue
    const own = valueOf(sub, each)
    if (own !== undefined) part[sub.name] = own
  }
  return Object.keys(part).length === 0 ? undefined : part
}
