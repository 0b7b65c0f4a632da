import type { ValueJson } from '@holdfast/policy'
import type { ColumnMapping, IdStorage, JoinedEntity, ParentMapping } from '@holdfast/policy/filter'
import { DIRECTORY_TYPES } from '../principal.ts'
import { decimal, entity, extension, toCedar, ValueError } from '../values.ts'

/** Gives the value of a column of the row. @throws ValueError when the row has no such column */
export type Cell = (column: string) => unknown

/** How an attribute is read from a row, and where a condition in SQL finds it. */
export interface Attribute<C extends string = string> {
  /** What it reads of the row. */
  readonly columns: readonly C[]
  readonly mapping: ColumnMapping
  /** Types of which the bundle must have every entity, since it alone tells what these lie in. */
  readonly known?: readonly string[]
  /** @returns undefined when the column is null: the attribute is then absent */
  read(cell: Cell, path: string): ValueJson | undefined
}

/** A reference is an attribute, or a parent. */
export interface Reference<C extends string = string> extends Attribute<C> {
  readonly parent: ParentMapping
}

/** A column with ids, where it is no text. */
export interface StoredId<C extends string = string> {
  readonly column: C
  readonly as: Exclude<IdStorage, 'text'>
}
export type IdSource<C extends string = string> = C | StoredId<C>

/** A column of type uuid. The id is its text in lower case. */
export function uuid<const C extends string>(column: C): StoredId<C> {
  return { column, as: 'uuid' }
}

/** An integer column with ids. */
export function bigint<const C extends string>(column: C): StoredId<C> {
  return { column, as: 'bigint' }
}

export interface ReferenceOptions {
  /** The table of the referenced entities, so that filters may read their attributes. */
  readonly row?: JoinedEntity
  /** How the referenced entities lie in others, so that filters may follow them up. Of groups and roles the bundle knows it. */
  readonly parents?: readonly ParentMapping[]
  /**
   * What the referenced entities lie in is stored in Holdfast and comes with the bundle: the application must bundle their type and the types
   * that these lie in (`bundledTypes`), else filters and decisions refuse.
   */
  readonly known?: boolean
}

/** The column holds the id of an entity of this type. */
export function reference<const C extends string>(
  type: string,
  source: IdSource<C>,
  { row, parents, known = DIRECTORY_TYPES.has(type) }: ReferenceOptions = {},
): Reference<C> {
  const stored = storedId(source)
  const { column } = stored
  return {
    columns: [column],
    mapping: {
      ...stored,
      ...(row === undefined ? {} : { entity: row }),
      ...(parents === undefined ? {} : { parents }),
    },
    ...(known ? { known: [type] } : {}),
    parent: { kind: 'column', type, ...stored, ...(known ? { above: 'known' } : {}) },
    read: (cell, path) => {
      const value = cell(column)
      return value == null ? undefined : toCedar(entity(type, idText(value, path, source)), path)
    },
  }
}

/** The column holds the id of a person. */
export function person<const C extends string>(source: IdSource<C>): Reference<C> {
  return reference('Person', source)
}

/** The column is an array of ids of entities of this type. */
export function references<const C extends string>(type: string, source: IdSource<C>): Attribute<C> {
  const { column, as } = storedId(source)
  return {
    columns: [column],
    mapping: { column, ...(as === undefined ? {} : { elements: as }) },
    read: (cell, path) => {
      const value = cell(column)
      if (value == null) return undefined
      if (!Array.isArray(value)) throw new ValueError(`${path} is no list of ids`)
      return toCedar(
        value.map((id: unknown) => entity(type, idText(id, path, source))),
        path,
      )
    },
  }
}

/** The column holds a decimal number as text (as PostgreSQL's `numeric` is read) or as a number. */
export function decimalColumn<const C extends string>(column: C): Attribute<C> {
  return read(column, (value, path) => {
    if (typeof value !== 'string' && typeof value !== 'number') throw new ValueError(`${path} is not a number`)
    // Cedar wants a point: "12" is "12.0".
    const text = String(value)
    return decimal(text.includes('.') ? text : `${text}.0`)
  })
}

/** A bigint column: the driver reads it as text, as a bigint or as a number. */
export function longColumn<const C extends string>(column: C): Attribute<C> {
  return read(column, integer)
}

/** An inet or cidr column. */
export function ipColumn<const C extends string>(column: C): Attribute<C> {
  return read(column, (value, path) => {
    if (typeof value !== 'string') throw new ValueError(`${path} is no address`)
    return extension('ip', value)
  })
}

/** A bigint column with milliseconds. */
export function durationColumn<const C extends string>(column: C): Attribute<C> {
  return read(column, (value, path) => extension('duration', `${integer(value, path)}ms`))
}

/** A record whose attributes lie in columns of their own. Absent when all of them are null. */
export function record<const A extends Readonly<Record<string, string | Attribute>>>(
  attributes: A,
): Attribute<ColumnsOfAttributes<A>> {
  const sources = Object.entries(attributes).map(([name, source]) => [name, toAttribute(source)] as const)
  return {
    columns: sources.flatMap(([, source]) => source.columns) as ColumnsOfAttributes<A>[],
    mapping: { attributes: Object.fromEntries(sources.map(([name, { mapping }]) => [name, mapping])) },
    known: sources.flatMap(([, { known = [] }]) => known),
    read: (cell, path) => {
      const found = sources.flatMap(([name, source]) => {
        const value = source.read(cell, `${path}.${name}`)
        return value === undefined ? [] : [[name, value] as const]
      })
      return found.length === 0 ? undefined : Object.fromEntries(found)
    },
  }
}

export type SourceColumns<S> = S extends string ? S : S extends Attribute<infer C> ? C : never
export type ColumnsOfAttributes<A> = SourceColumns<A[keyof A]> & string

export function toAttribute(source: string | Attribute): Attribute {
  return typeof source === 'string' ? read(source, (value) => value) : source
}

/** Text or an integer as an id. @throws ValueError */
export function idText(value: unknown, path: string, source: IdSource = ''): string {
  const isUuid = typeof source !== 'string' && source.as === 'uuid'
  if (typeof value === 'string') return isUuid ? value.toLowerCase() : value
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value)
  throw new ValueError(`${path} is no id: text or an integer is needed`)
}

export function storedId<C extends string>(
  source: IdSource<C>,
): {
  readonly column: C
  readonly as?: Exclude<IdStorage, 'text'>
} {
  return typeof source === 'string' ? { column: source } : source
}

function read<C extends string>(column: C, convert: (value: unknown, path: string) => unknown): Attribute<C> {
  return {
    columns: [column],
    mapping: { column },
    read: (cell, path) => {
      const value = cell(column)
      // A context may leave things out; a set in a column with a NULL in it is another set than one without.
      if (Array.isArray(value) && value.includes(null)) throw new ValueError(`${path} has a NULL in it`)
      return value == null ? undefined : toCedar(convert(value, path), path)
    },
  }
}

function integer(value: unknown, path: string): bigint | number {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return value as bigint | number
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) throw new ValueError(`${path} is no integer`)
  const whole = BigInt(value)
  return whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole
}
