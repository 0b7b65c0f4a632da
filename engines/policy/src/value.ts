import type { Decimal } from './extensions/decimal.ts'
import type { Datetime } from './extensions/datetime.ts'
import type { Duration } from './extensions/duration.ts'
import type { IpAddress } from './extensions/ipaddr.ts'
import type { Integer } from './integer.ts'
import type { Uid } from './json.ts'

/** A Cedar value while policies are evaluated. */
export type Value = boolean | Integer | string | Composite

/** The values that are objects. Each knows its equality, its canonical key (equal values, equal keys) and its type's name. */
export type Composite = EntityUid | SetValue | RecordValue | Extension

/** The values of the extension types. */
type Extension = Decimal | IpAddress | Datetime | Duration

/** What every composite value can do. */
export interface Comparable {
  readonly typeName: string
  equals(other: Composite): boolean
  key(): string
}

/** A reference to an entity. */
export class EntityUid implements Comparable, Uid {
  readonly type: string
  readonly id: string

  constructor(type: string, id: string) {
    this.type = type
    this.id = id
  }

  get typeName(): string {
    return 'an entity'
  }

  equals(other: Composite): boolean {
    return other instanceof EntityUid && other.id === this.id && other.type === this.type
  }

  key(): string {
    return `e${this.type.length}:${this.type}${this.id}`
  }
}

/** Sets up to this size, of simple elements, are searched one by one; larger ones by key. */
const SCAN_LIMIT = 8

/** A set: unordered, each element once, of any types. */
export class SetValue implements Comparable {
  readonly items: readonly Value[]
  #keys: Set<string> | undefined
  #key: string | undefined
  readonly #scanned: boolean

  /** Takes any list: doubles are dropped. */
  constructor(list: readonly Value[]) {
    this.#scanned = isScanned(list)
    if (this.#scanned) {
      const items: Value[] = []
      for (const item of list) if (!scan(items, item)) items.push(item)
      this.items = items
      return
    }
    const byKey = new Map<string, Value>()
    for (const item of list) {
      const key = keyOf(item)
      if (!byKey.has(key)) byKey.set(key, item)
    }
    this.items = [...byKey.values()]
    this.#keys = new Set(byKey.keys())
  }

  get typeName(): string {
    return 'a set'
  }

  has(item: Value): boolean {
    if (this.#scanned) return scan(this.items, item)
    return this.#keys?.has(keyOf(item)) ?? false
  }

  equals(other: Composite): boolean {
    if (!(other instanceof SetValue) || other.items.length !== this.items.length) return false
    for (const item of this.items) if (!other.has(item)) return false
    return true
  }

  key(): string {
    if (this.#key === undefined) {
      const keys: string[] = []
      for (const item of this.items) keys.push(keyOf(item))
      keys.sort()
      let key = 'S'
      for (const each of keys) key += `${each.length}:${each}`
      this.#key = key
    }
    return this.#key
  }
}

function isScanned(list: readonly Value[]): boolean {
  if (list.length > SCAN_LIMIT) return false
  for (const item of list) if (item instanceof SetValue || item instanceof RecordValue) return false
  return true
}

function scan(items: readonly Value[], wanted: Value): boolean {
  for (const item of items) if (equal(item, wanted)) return true
  return false
}

/** A record: attributes by name. A Map, so that `__proto__` and `constructor` are names like any other. */
export class RecordValue implements Comparable {
  readonly attributes: ReadonlyMap<string, Value>
  #key: string | undefined

  constructor(attributes: ReadonlyMap<string, Value>) {
    this.attributes = attributes
  }

  get typeName(): string {
    return 'a record'
  }

  equals(other: Composite): boolean {
    if (!(other instanceof RecordValue) || other.attributes.size !== this.attributes.size) return false
    for (const [name, value] of this.attributes) {
      const theirs = other.attributes.get(name)
      if (theirs === undefined || !equal(value, theirs)) return false
    }
    return true
  }

  key(): string {
    if (this.#key === undefined) {
      const names = [...this.attributes.keys()].toSorted()
      let key = 'R'
      for (const name of names) {
        const value = keyOf(this.attributes.get(name) ?? false)
        key += `${name.length}:${name}${value.length}:${value}`
      }
      this.#key = key
    }
    return this.#key
  }
}

/** Cedar's `==`: values of different types are never equal, and comparing them is no error. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  return a.equals(b)
}

/** A string that is the same for equal values and different for others. */
export function keyOf(value: Value): string {
  if (typeof value === 'object') return value.key()
  if (typeof value === 'string') return `s${value}`
  return typeof value === 'boolean' ? `b${value}` : `n${value}`
}

/** The name of a value's type with its article, for messages. */
export function typeName(value: Value): string {
  if (typeof value === 'object') return value.typeName
  if (typeof value === 'string') return 'a string'
  return typeof value === 'boolean' ? 'a bool' : 'a long'
}
