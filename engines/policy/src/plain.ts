import { hasEscape, VALUE_DEPTH } from './convert.ts'
import { PolicyError } from './errors.ts'
import type { ValueJson } from './json.ts'
import { isObject, type JsonObject } from './shape.ts'

/**
 * Cedar JSON of plain JSON that somebody else wrote (the properties of an AuthZEN request): objects become records, lists become sets.
 * Throws `PolicyError`: null and fractions (`value_malformed`) and integers that are not exact (`integer_out_of_range`) have no meaning in Cedar, and a key
 * that Cedar reserves (`__entity`, `__extn`, `__expr`) is refused: plain data may not name an entity. Where a schema is at hand, `Schema.entity` and
 * `Schema.context` do more.
 */
export function fromPlainJson(json: unknown, path = 'properties'): { readonly [attribute: string]: ValueJson } {
  if (!isObject(json)) throw new PolicyError('value_malformed', 'expected an object', path)
  return record(json, path, 0)
}

function convert(json: unknown, path: string, depth: number): ValueJson {
  if (depth > VALUE_DEPTH) throw new PolicyError('value_too_deep', `nested more than ${VALUE_DEPTH} deep`, path)
  if (typeof json === 'boolean' || typeof json === 'string' || typeof json === 'bigint') return json
  if (typeof json === 'number') return integer(json, path)
  if (Array.isArray(json)) return json.map((item, at) => convert(item, `${path}[${at}]`, depth + 1))
  if (isObject(json)) return record(json, path, depth)
  const message = json === null ? 'null is not a Cedar value: leave the attribute out' : 'this is not a JSON value'
  throw new PolicyError('value_malformed', message, path)
}

function integer(json: number, path: string): number {
  if (Number.isSafeInteger(json)) return json === 0 ? 0 : json
  if (Number.isInteger(json)) {
    throw new PolicyError('integer_out_of_range', `${json} is beyond the integers that JSON numbers hold exactly`, path)
  }
  throw new PolicyError('value_malformed', `${json} is a fraction: Cedar has integers, and decimals as text`, path)
}

function record(json: JsonObject, path: string, depth: number): { readonly [attribute: string]: ValueJson } {
  if (hasEscape(json)) {
    throw new PolicyError('value_malformed', '__entity, __extn and __expr are reserved and may not be keys', path)
  }
  // fromEntries defines properties, so that `__proto__` becomes one and no prototype.
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, convert(value, `${path}.${name}`, depth + 1)]),
  )
}
