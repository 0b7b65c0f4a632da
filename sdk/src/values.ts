import type { ValueJson } from '@holdfast/policy'

/** A reference to an entity as a value. Only this makes one: a plain object that looks like one is refused. */
export class EntityReference {
  readonly type: string
  readonly id: string

  constructor(type: string, id: string) {
    this.type = type
    this.id = id
  }
}

/** A value of one of Cedar's extension types, as its constructor takes it. */
export class ExtensionValue {
  readonly fn: 'decimal' | 'ip' | 'duration'
  readonly text: string

  constructor(fn: ExtensionValue['fn'], text: string) {
    this.fn = fn
    this.text = text
  }
}

/** A reference to an entity, for a context: `{ approver: entity('Person', id) }`. */
export function entity(type: string, id: string): EntityReference {
  return new EntityReference(type, id)
}

/** A decimal number, for a context or an attribute: `decimal('12.50')`. At most four digits after the point. */
export function decimal(text: string): ExtensionValue {
  return extension('decimal', text)
}

/** An address or a range of addresses, for a context: `ip('10.0.0.0/8')`. */
export function ip(text: string): ExtensionValue {
  return extension('ip', text)
}

export function extension(fn: ExtensionValue['fn'], text: string): ExtensionValue {
  return new ExtensionValue(fn, text)
}

/** A value has no form in Cedar. Inside a decision it denies; its message names the place, never the value. */
export class ValueError extends Error {
  override readonly name = 'ValueError'
}

const DEPTH = 20

/** Where a value stands, for messages. Null while nobody has asked: texts are put together only when something is wrong, by reading it once more. */
type Path = string | null

/**
 * A JavaScript value as Cedar JSON, or undefined for null and undefined (an attribute that is absent). Integers, booleans, text, lists
 * (sets), plain objects (records), Date (datetime), bigint, `entity()` and `decimal()`. An object with a key that Cedar's JSON reserves
 * (`__entity`, `__extn`, `__expr`) is refused: it may be a caller's JSON that would pass itself off as a reference.
 * @throws ValueError
 */
export function toCedar(value: unknown, path: string): ValueJson | undefined {
  return located((at) => convert(value, at, DEPTH), path)
}

/** A record of attributes; what is null or undefined is left out. @throws ValueError */
export function toRecord(values: Readonly<Record<string, unknown>>, path: string): Record<string, ValueJson> {
  return located((at) => record(values, at, DEPTH), path)
}

function located<T>(read: (path: Path) => T, path: string): T {
  try {
    return read(null)
  } catch (error) {
    if (error instanceof ValueError) return read(path)
    throw error
  }
}

function convert(value: unknown, path: Path, depth: number): ValueJson | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value
    case 'number':
      if (Number.isSafeInteger(value)) return value
      throw new ValueError(`${path} is a number that is no exact integer: use decimal() or a bigint`)
    case 'undefined':
      return undefined
    case 'object':
      return value === null ? undefined : objectToCedar(value, path, depth)
    default:
      throw new ValueError(`${path} is a ${typeof value}`)
  }
}

function objectToCedar(value: object, path: Path, depth: number): ValueJson {
  if (value instanceof EntityReference) return { __entity: { type: value.type, id: value.id } }
  if (value instanceof ExtensionValue) return { __extn: { fn: value.fn, arg: value.text } }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new ValueError(`${path} is not a time`)
    return datetime(value)
  }
  if (depth <= 0) throw new ValueError(`${path} is nested too deeply`)
  // Not flatMap, which would pour a list inside the list out into it.
  if (Array.isArray(value))
    return value
      .map((item: unknown, index) => convert(item, path === null ? null : `${path}[${index}]`, depth - 1))
      .filter((item) => item !== undefined)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new ValueError(`${path} is not a plain object`)
  return record(value as Readonly<Record<string, unknown>>, path, depth)
}

/** Cedar writes years of four digits; an instant of another year is so far from 1970 (RFC 80 of Cedar: `offset`). */
function datetime(value: Date): ValueJson {
  const text = value.toISOString()
  if (/^\d{4}-/.test(text)) return { __extn: { fn: 'datetime', arg: text } }
  const start = { __extn: { fn: 'datetime', arg: '1970-01-01' } }
  return { __extn: { fn: 'offset', args: [start, { __extn: { fn: 'duration', arg: `${value.getTime()}ms` } }] } }
}

function record(values: Readonly<Record<string, unknown>>, path: Path, depth: number): Record<string, ValueJson> {
  const out: Record<string, ValueJson> = {}
  const names = Object.keys(values)
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string
    if (name === '__entity' || name === '__extn' || name === '__expr')
      throw new ValueError(`${path} has the reserved key ${name}`)
    const converted = convert(values[name], path === null ? null : `${path}.${name}`, depth - 1)
    if (converted === undefined) continue
    // Assigned, this one would be no property but the prototype.
    if (name === '__proto__') Object.defineProperty(out, name, { ...OWN, value: converted })
    else out[name] = converted
  }
  return out
}

const OWN = { enumerable: true, configurable: true, writable: true }
