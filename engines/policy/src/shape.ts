import { PolicyError, type PolicyErrorCode } from './errors.ts'
import type { Uid } from './json.ts'
import { EntityUid } from './value.ts'

/** A JSON object whose properties are still unknown. Only its own properties count: `field` never reads the prototype. */
export type JsonObject = { readonly [key: string]: unknown }

/** Whether it is a JSON object (not null, not a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The own property, or undefined. */
export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** The name of an entity type or action type: identifiers joined by `::`. */
const TYPE_NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*$/

/** Names that have been looked at and are right: a request names the same few again and again. */
const known = new Set<string>()
const KNOWN = 1000

/** Whether it can be the name of an entity type. */
export function isTypeName(text: string): boolean {
  if (known.has(text)) return true
  if (!TYPE_NAME.test(text)) return false
  if (known.size < KNOWN && text.length < 100) known.add(text)
  return true
}

/** Reads `{ type, id }` or `{ "__entity": { type, id } }`. */
export function readUid(value: unknown, code: PolicyErrorCode, path: string): EntityUid {
  const escaped = isObject(value) ? (field(value, '__entity') ?? value) : value
  if (isObject(escaped)) {
    const type = field(escaped, 'type')
    const id = field(escaped, 'id')
    if (typeof type === 'string' && typeof id === 'string' && isTypeName(type)) return new EntityUid(type, id)
  }
  throw new PolicyError(code, 'expected an entity uid: { "type": "Person", "id": "..." }', path)
}

/** The uid of a request: its form is the caller's, so only what equality needs is checked. */
export function requestUid(uid: Uid, name: string): EntityUid {
  if (uid instanceof EntityUid) return uid
  if (typeof uid?.type !== 'string' || typeof uid.id !== 'string') {
    throw new PolicyError('entity_malformed', 'expected an entity uid: { "type": "Person", "id": "..." }', name)
  }
  return new EntityUid(uid.type, uid.id)
}
