import { type Document, isObject, type Json } from './document.ts'
import { typesOf } from './plan.ts'
import type { Reading, Scalar } from './types.ts'

const SCALARS: readonly Scalar[] = ['string', 'integer', 'number', 'boolean', 'null']
const TEXT: Reading = { kind: 'scalar', types: ['string'], members: null, items: null }
const MOST_MEMBERS = 1000

/** How the text of a parameter with this schema becomes a value: the types that its schema, or a part of it, names. */
export function readingOf(document: Document, schema: unknown, depth = 0): Reading {
  if (depth > 8) return TEXT
  const types = new Set<string>()
  const parts = collect(document, schema, types, new Set())
  if (types.has('array')) {
    const items = parts.find((part) => part['items'] !== undefined)?.['items']
    return { kind: 'array', types: [], members: null, items: readingOf(document, items, depth + 1) }
  }
  if (types.has('object')) {
    const members = new Map<string, Reading>()
    for (const { properties } of parts) {
      if (!isObject(properties)) continue
      for (const [name, member] of Object.entries(properties).slice(0, MOST_MEMBERS))
        members.set(name, readingOf(document, member, depth + 1))
    }
    return { kind: 'object', types: [], members, items: null }
  }
  const scalars = SCALARS.filter((type) => types.has(type))
  return scalars.length === 0 ? TEXT : { kind: 'scalar', types: scalars, members: null, items: null }
}

/** All schemas that speak of one value; `types` gathers what they name. */
function collect(document: Document, schema: unknown, types: Set<string>, seen: Set<unknown>): Json[] {
  if (!isObject(schema) || seen.has(schema)) return []
  seen.add(schema)
  for (const type of typesOf(schema) ?? []) types.add(type)
  const values = schema['const'] === undefined ? schema['enum'] : [schema['const']]
  if (typesOf(schema) === null && Array.isArray(values))
    for (const value of values as unknown[]) types.add(typeOf(value))
  if (typesOf(schema) === null && isObject(schema['properties'])) types.add('object')
  const parts: unknown[] = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) =>
    Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : [],
  )
  if (typeof schema['$ref'] === 'string') parts.push(document.target(schema['$ref'], schema['$ref'].slice(1)))
  return [schema, ...parts.flatMap((part) => collect(document, part, types, seen))]
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return Array.isArray(value) ? 'array' : typeof value
}
