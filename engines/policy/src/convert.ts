import { EvaluationError, PolicyError, type PolicyErrorCode } from './errors.ts'
import { callExtension, EXTENSION_FUNCTIONS } from './extensions/index.ts'
import { fromBigInt, fromSafeNumber } from './integer.ts'
import type { ValueJson } from './json.ts'
import { field, isObject, type JsonObject, readUid } from './shape.ts'
import { RecordValue, SetValue, type Value } from './value.ts'

/** How deep sets and records may be nested in a value. */
export const VALUE_DEPTH = 100

/**
 * Where a value stands, for messages. Null while nobody has asked: texts are put together only when something is wrong, by reading it once more.
 */
type Path = string | null

/**
 * The value of Cedar's JSON form. Throws `PolicyError` for null, fractions, integers that are not exact (`integer_out_of_range`),
 * unknown escapes and malformed extension values.
 * @param path where the value stands, for messages
 */
export function toValue(json: ValueJson, path = ''): Value {
  return located((at) => convert(json, at, 0), path)
}

/** The record of a JSON object in Cedar's form: build a context once, ask with it many times. */
export function toRecord(json: { readonly [attribute: string]: ValueJson }, path = 'context'): RecordValue {
  if (!isObject(json)) throw new PolicyError('value_malformed', 'expected an object', path)
  return new RecordValue(toAttributes(json, path))
}

/** The attributes of a JSON object, in Cedar's form. */
export function toAttributes(json: JsonObject, path: string): Map<string, Value> {
  return located((at) => attributes(json, Object.keys(json), at, 0), path)
}

function located<T>(read: (path: Path) => T, path: string): T {
  try {
    return read(null)
  } catch (error) {
    if (error instanceof PolicyError) return read(path)
    throw error
  }
}

function attributes(json: JsonObject, names: readonly string[], path: Path, depth: number): Map<string, Value> {
  const out = new Map<string, Value>()
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string
    out.set(name, convert(json[name], path === null ? null : `${path}.${name}`, depth + 1))
  }
  return out
}

function convert(json: unknown, path: Path, depth: number): Value {
  switch (typeof json) {
    case 'boolean':
    case 'string':
      return json
    case 'number':
      return number(json, path)
    case 'bigint':
      return fromBigInt(json) ?? refuse('integer_out_of_range', `${json} does not fit 64 bits`, path)
    case 'object':
      if (depth > VALUE_DEPTH) return refuse('value_too_deep', `nested more than ${VALUE_DEPTH} deep`, path)
      if (Array.isArray(json)) return set(json, path, depth)
      if (json !== null) return object(json as JsonObject, path, depth)
      return refuse('value_malformed', 'null is not a Cedar value: leave the attribute out', path)
    default:
      return refuse('value_malformed', `a ${typeof json} is not a Cedar value`, path)
  }
}

function number(json: number, path: Path): Value {
  if (Number.isSafeInteger(json)) return fromSafeNumber(json)
  if (Number.isInteger(json)) {
    return refuse('integer_out_of_range', `${json} is not exact as a JSON number: pass a BigInt`, path)
  }
  return refuse(
    'value_malformed',
    `${json} is not an integer: use { "__extn": { "fn": "decimal", "arg": "..." } }`,
    path,
  )
}

function set(json: readonly unknown[], path: Path, depth: number): SetValue {
  const items: Value[] = []
  for (let at = 0; at < json.length; at++) {
    items.push(convert(json[at], path === null ? null : `${path}[${at}]`, depth + 1))
  }
  return new SetValue(items)
}

function object(json: JsonObject, path: Path, depth: number): Value {
  const names = Object.keys(json)
  if (names.length === 1) {
    if (names[0] === '__entity') return readUid(json, 'value_malformed', path ?? '')
    if (names[0] === '__extn') return extension(json['__extn'], path, depth)
  }
  // An escape beside other keys would be read differently by different readers.
  for (let at = 0; at < names.length; at++) {
    if (isEscape(names[at] as string)) {
      refuse('value_malformed', 'an escape must be the only key of its object: __entity or __extn', path)
    }
  }
  return new RecordValue(attributes(json, names, path, depth))
}

function isEscape(name: string): boolean {
  return name === '__entity' || name === '__extn' || name === '__expr'
}

/** Whether an object has one of the keys that Cedar's JSON form reserves. */
export function hasEscape(json: JsonObject): boolean {
  return Object.keys(json).some(isEscape)
}

function extension(json: unknown, path: Path, depth: number): Value {
  const name = isObject(json) ? field(json, 'fn') : undefined
  if (!isObject(json) || typeof name !== 'string') {
    return refuse('value_malformed', 'expected { "fn": ..., "arg": ... }', path)
  }
  const fn = EXTENSION_FUNCTIONS.get(name)
  if (fn === undefined) return refuse('value_malformed', `\`${name}\` is not an extension function`, path)
  const list = Object.hasOwn(json, 'args') ? json['args'] : [field(json, 'arg')]
  if (!Array.isArray(list)) return refuse('value_malformed', '`args` must be a list', path)
  const args: Value[] = []
  for (const arg of list as unknown[]) args.push(convert(arg, path, depth + 1))
  try {
    return callExtension(name, fn, args)
  } catch (error) {
    if (error instanceof EvaluationError) return refuse('value_malformed', error.message, path)
    throw error
  }
}

function refuse(code: PolicyErrorCode, message: string, path: Path): never {
  throw new PolicyError(code, message, path ?? '')
}
