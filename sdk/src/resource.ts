import type { ValueJson } from '@holdfast/policy'
import { DIRECTORY_TYPES } from './principal.ts'
import { decimal, entity, toCedar, ValueError } from './values.ts'

/** A resource by its uid alone, or with what the application read of it. */
export type ResourceInput = ResourceEntity | { readonly type: string; readonly id: string }

/** A resource as policies see it, built from a row that the application read itself. */
export interface ResourceEntity {
  readonly uid: { readonly type: string; readonly id: string }
  readonly attrs: Readonly<Record<string, ValueJson>>
  readonly parents: readonly { readonly type: string; readonly id: string }[]
}

/** How a column becomes an attribute or a parent. */
export interface Column<C extends string> {
  readonly column: C
  /** @returns undefined when the column is null: the attribute is then absent */
  read(value: unknown, path: string): ValueJson | undefined
}

/** The column holds the id of an entity of this type. */
export function reference<const C extends string>(type: string, column: C): Column<C> {
  return { column, read: (value, path) => (value == null ? undefined : toCedar(entity(type, idOf(value, path)), path)) }
}

/** The column holds the id of a person. */
export function person<const C extends string>(column: C): Column<C> {
  return reference('Person', column)
}

/** The column holds a decimal number as text (as PostgreSQL's `numeric` is read) or as a number. */
export function decimalColumn<const C extends string>(column: C): Column<C> {
  return {
    column,
    read: (value, path) => {
      if (value == null) return undefined
      if (typeof value !== 'string' && typeof value !== 'number') throw new ValueError(`${path} is not a number`)
      // Cedar wants a point: "12" is "12.0".
      const text = String(value)
      return toCedar(decimal(text.includes('.') ? text : `${text}.0`), path)
    },
  }
}

/** How rows of one kind become resources. Columns are named; nothing else of a row is read. */
export interface ResourceDefinition {
  /** Cedar entity type of the application's schema. */
  readonly type: string
  /** Column with the id. */
  readonly id: string
  /** Attribute of the schema to column: a plain name takes the value as it is. */
  readonly attributes?: Readonly<Record<string, string | Column<string>>>
  /** Columns with the ids of entities that this one lies in. */
  readonly parents?: readonly Column<string>[]
  /** Action to the fields that it lets see, for `mask`. */
  readonly fields?: Readonly<Record<string, readonly string[]>>
}

type SourceColumn<S> = S extends string ? S : S extends Column<infer C> ? C : never
/** The columns that `of` reads. */
export type ColumnsOf<D extends ResourceDefinition> =
  | D['id']
  | (D extends { attributes: infer A } ? SourceColumn<A[keyof A]> : never)
  | (D extends { parents: readonly (infer P)[] } ? SourceColumn<P> : never)
/** The fields that some action lets see. */
export type FieldsOf<D extends ResourceDefinition> = D extends { fields: infer F }
  ? F[keyof F] extends readonly (infer Name)[]
    ? Name & string
    : never
  : never

/** A row that has at least these columns: as PostgreSQL's driver gives it. */
export type RowWith<Columns extends string> =
  | { readonly [K in Columns]: unknown }
  // Lets a literal have more than is read.
  | ({ readonly [K in Columns]: unknown } & Readonly<Record<string, unknown>>)

export interface Resource<Columns extends string = string, Fields extends string = string> {
  readonly type: string
  /** Action to fields. */
  readonly fields: ReadonlyMap<string, readonly Fields[]>
  /** @throws ValueError (a TypeError of the application: a column is missing or has no form in Cedar) */
  of(row: RowWith<Columns>): ResourceEntity
}

/**
 * Describes how rows become resources, once, beside the query that reads them.
 * @throws TypeError for Person, Service and Group: these come from the directory alone
 */
export function defineResource<const D extends ResourceDefinition>(
  definition: D,
): Resource<ColumnsOf<D> & string, FieldsOf<D>> {
  const { type, id, attributes = {}, parents = [], fields = {} } = definition
  if (DIRECTORY_TYPES.has(type)) throw new TypeError(`${type} comes from the directory: describe a type of your own.`)
  const sources = Object.entries(attributes).map(([name, source]) => [name, toColumn(source)] as const)
  return Object.freeze({
    type,
    fields: new Map(Object.entries(fields) as [string, FieldsOf<D>[]][]),
    of: (row: Readonly<Record<string, unknown>>): ResourceEntity => {
      const attrs: [string, ValueJson][] = []
      for (const [name, source] of sources) {
        const value = source.read(columnOf(row, source.column, type), `${type}.${name}`)
        if (value !== undefined) attrs.push([name, value])
      }
      const lies = parents.flatMap((parent) =>
        parentOf(parent.read(columnOf(row, parent.column, type), `${type} parent`)),
      )
      return Object.freeze({
        uid: { type, id: idOf(columnOf(row, id, type), `${type}.${id}`) },
        attrs: Object.fromEntries(attrs),
        parents: lies,
      })
    },
  })
}

function toColumn(source: string | Column<string>): Column<string> {
  return typeof source === 'string' ? { column: source, read: (value, path) => toCedar(value, path) } : source
}

/** A column that was not selected is a mistake, not an absent attribute: a condition on it would silently change its meaning. */
function columnOf(row: Readonly<Record<string, unknown>>, column: string, type: string): unknown {
  if (!Object.hasOwn(row, column)) throw new ValueError(`The row of a ${type} has no column ${column}`)
  return row[column]
}

function parentOf(value: ValueJson | undefined): ResourceEntity['parents'] {
  if (typeof value !== 'object' || !('__entity' in value)) return []
  const { __entity: uid } = value
  return [uid as ResourceEntity['uid']]
}

function idOf(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value)
  throw new ValueError(`${path} is no id: text or an integer is needed`)
}
