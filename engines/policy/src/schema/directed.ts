import { PolicyError } from '../errors.ts'
import type { ValueJson } from '../json.ts'
import { field, isObject, type JsonObject } from '../shape.ts'
import type { RecordType, Type } from './types.ts'

/** What happens to a value that is not of its declared type: it is refused, or left as it is. */
export type Mismatch = 'refuse' | 'keep'

/**
 * Cedar JSON of a value that is written the short way, as its type allows: an entity as `{ type, id }`, an IP address, decimal, datetime or duration
 * as a string. The explicit escapes are taken too. Throws `PolicyError`.
 */
export function directed(json: unknown, type: Type, mismatch: Mismatch, path: string): ValueJson {
  switch (type.kind) {
    case 'bool':
      return typeof json === 'boolean' ? json : other(json, 'a boolean', mismatch, path)
    case 'string':
      return typeof json === 'string' ? json : other(json, 'a string', mismatch, path)
    case 'long':
      return typeof json === 'number' || typeof json === 'bigint' ? json : other(json, 'an integer', mismatch, path)
    case 'entity':
      return entity(json, type.name, mismatch, path)
    case 'extension':
      return extension(json, type.constructor, mismatch, path)
    case 'set':
      if (!Array.isArray(json)) return other(json, 'a list', mismatch, path)
      return json.map((item, at) => directed(item, type.element, mismatch, `${path}[${at}]`))
    default:
      return isObject(json) ? record(json, type, mismatch, path) : other(json, 'an object', mismatch, path)
  }
}

/** The attributes of a record or an entity: all declared, and the required ones there. */
export function record(
  json: JsonObject,
  type: RecordType,
  mismatch: Mismatch,
  path: string,
): { readonly [attribute: string]: ValueJson } {
  const out: [string, ValueJson][] = []
  for (const [name, value] of Object.entries(json)) {
    const attribute = type.attributes.get(name)
    const where = `${path}.${name}`
    if (attribute !== undefined) out.push([name, directed(value, attribute.type, mismatch, where)])
    else out.push([name, other(value, 'nothing here: the schema declares no such attribute', mismatch, where)])
  }
  if (mismatch === 'refuse') {
    for (const [name, { required }] of type.attributes) {
      if (required && !Object.hasOwn(json, name)) {
        throw new PolicyError('value_malformed', `the attribute \`${name}\` is missing`, path)
      }
    }
  }
  return Object.fromEntries(out)
}

function other(json: unknown, expected: string, mismatch: Mismatch, path: string): ValueJson {
  if (mismatch === 'refuse') throw new PolicyError('value_malformed', `expected ${expected}`, path)
  return json as ValueJson
}

function entity(json: unknown, name: string, mismatch: Mismatch, path: string): ValueJson {
  const uid = isObject(json) ? (field(json, '__entity') ?? json) : json
  if (isObject(uid)) {
    const [type, id] = [field(uid, 'type'), field(uid, 'id')]
    if (typeof id === 'string' && typeof type === 'string' && (type === name || mismatch === 'keep')) {
      return { __entity: { type, id } }
    }
  }
  return other(json, `an entity of type ${name}: { "type": "${name}", "id": "..." }`, mismatch, path)
}

function extension(json: unknown, constructor: string, mismatch: Mismatch, path: string): ValueJson {
  if (typeof json === 'string') return { __extn: { fn: constructor, arg: json } }
  if (isObject(json)) {
    if (Object.hasOwn(json, '__extn')) return json as ValueJson
    if (Object.hasOwn(json, 'fn')) return { __extn: json as { fn: string; arg: ValueJson } }
  }
  return other(json, `the text of a ${constructor}`, mismatch, path)
}
