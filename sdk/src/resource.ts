import type { ValueJson } from '@holdfast/policy'
import type { ParentMapping, SetTable, TableMapping } from '@holdfast/policy/filter'
import { knownAbove } from './carried.ts'
import {
  type Attribute,
  type Cell,
  type ColumnsOfAttributes,
  type IdSource,
  idText,
  type Reference,
  type SourceColumns,
  storedId,
  toAttribute,
} from './filters/columns.ts'
import { DIRECTORY_TYPES, type PrincipalReference } from './principal.ts'
import { MASK_COLUMN } from './filters/mask.ts'
import { type Sql, sql } from './filters/sql.ts'
import { toRecord, ValueError } from './values.ts'

/** A resource by its uid alone, or with what the application read of it. */
export type ResourceInput = ResourceEntity | PrincipalReference

/** A resource as policies see it, built from a row that the application read itself. */
export interface ResourceEntity {
  readonly uid: PrincipalReference
  readonly attrs: Readonly<Record<string, ValueJson>>
  readonly parents: readonly PrincipalReference[]
  readonly tags?: Readonly<Record<string, ValueJson>>
  /** Types of which the bundle must have every entity, since it alone tells what these lie in: without them this is refused. */
  readonly known?: readonly string[]
  /** Other resources that it refers to or lies in, so that policies may read on in them. */
  readonly others?: readonly ResourceEntity[]
}

/** How rows of one kind become resources, and where conditions in SQL find the same. Columns are named; nothing else of a row is read. */
export interface ResourceDefinition {
  /** Cedar entity type of the application's schema. */
  readonly type: string
  /** `orders` or `sales.orders`: needed for filters and masks. */
  readonly table?: string
  /** Column with the id: unique, and never null. */
  readonly id: IdSource
  /**
   * Attribute of the schema to column. A plain name takes the value as it is: text, integer (not bigint: `longColumn`), boolean, timestamptz,
   * an array, jsonb. A set in a table of its own names that table.
   */
  readonly attributes?: Readonly<Record<string, string | Attribute | SetTable>>
  /**
   * What this one lies in: the column with the parent's id (`reference`), or a join table, a closure table or a tree of the database. Of the
   * latter a row does not tell: `of` must then be given the parents.
   */
  readonly parents?: readonly (Reference | ParentMapping)[]
  /** A jsonb column with tags. */
  readonly tags?: string
  /** Action to the fields that it lets see, for masks. */
  readonly fields?: Readonly<Record<string, readonly string[]>>
  /** Field to its column, or to what computes it from columns. Default: the column of the field's own name. */
  readonly columns?: Readonly<Record<string, string | ((column: (name: string) => Sql) => Sql)>>
}

/** The columns that `of` reads. */
export type ColumnsOf<D extends ResourceDefinition> =
  | (D['id'] extends IdSource<infer C> ? C : never)
  | (D extends { attributes: infer A } ? ColumnsOfAttributes<A> : never)
  | (D extends { parents: readonly (infer P)[] } ? SourceColumns<P> : never)
  | (D extends { tags: infer C } ? C : never)
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

/** What the row of a resource does not tell. */
export interface BesideRow {
  /** What it lies in, all of it where the definition names tables of parents: near and far. */
  readonly parents?: readonly ResourceInput[]
  /** Attributes that lie in tables of their own. */
  readonly attributes?: Readonly<Record<string, unknown>>
  /** Resources that its attributes refer to, so that policies may read those. */
  readonly others?: readonly ResourceEntity[]
}

export interface Resource<Columns extends string = string, Fields extends string = string> {
  readonly type: string
  /** Action to fields. */
  readonly fields: ReadonlyMap<string, readonly Fields[]>
  /** Where its rows lie. */
  readonly mapping: TableMapping
  /** Types of which the bundle must have every entity, since it alone tells what these lie in. */
  readonly known: readonly string[]
  /** What a field is in SQL, with the table under this name. */
  sqlOf(field: Fields, alias: string): Sql
  /** @throws ValueError (a TypeError of the application: a column or the parents are missing, or something has no form in Cedar) */
  of(row: RowWith<Columns>, beside?: BesideRow): ResourceEntity
}

/**
 * Describes once how rows become resources, and where SQL finds them: for decisions, filters, masks and differences alike.
 * @throws TypeError for Person, Service, Group and Role: these come from the directory alone
 */
export function defineResource<const D extends ResourceDefinition>(
  definition: D,
): Resource<ColumnsOf<D> & string, FieldsOf<D>> {
  const { type, id, attributes = {}, parents = [], fields = {}, columns = {}, tags } = definition
  if (DIRECTORY_TYPES.has(type)) throw new TypeError(`${type} comes from the directory: describe a type of your own.`)
  if (Object.values(fields).some((names) => names.includes(MASK_COLUMN))) {
    throw new TypeError(`No field may be called ${MASK_COLUMN}: so is the column that tells which may be seen.`)
  }
  const sources = Object.entries(attributes).map(([name, source]) => [name, toSource(source)] as const)
  const lying = parents.flatMap((parent) => ('read' in parent ? [parent] : []))
  const elsewhere = parents.some((parent) => !('read' in parent))
  const { column: idColumn } = storedId(id)
  const mapping = mappingOf(definition)
  const attributed = sources.flatMap(([, source]) => source?.known ?? [])
  const known = [...new Set([...knownAbove(mapping), ...attributed])].filter((name) => !DIRECTORY_TYPES.has(name))
  return Object.freeze({
    type,
    fields: new Map(Object.entries(fields) as [string, FieldsOf<D>[]][]),
    mapping,
    known,
    sqlOf: (field: FieldsOf<D>, alias: string) => {
      const column = (name: string) => sql.identifier(alias, name)
      const source = Object.hasOwn(columns, field) ? columns[field] : field
      return typeof source === 'function' ? source(column) : column(source ?? field)
    },
    of: (row: Readonly<Record<string, unknown>>, beside: BesideRow = {}): ResourceEntity => {
      const cell: Cell = (column) => columnOf(row, column, type)
      const attrs: [string, ValueJson][] = []
      for (const [name, source] of sources) {
        const path = `${type}.${name}`
        const value = source === null ? given(beside, name, path) : source.read(cell, path)
        if (value !== undefined) attrs.push([name, value])
      }
      if (elsewhere && beside.parents === undefined) {
        throw new ValueError(`What a ${type} lies in is not in its row: give the parents to \`of\``)
      }
      const inputs = beside.parents ?? []
      const others = [...inputs.filter((each) => 'uid' in each), ...(beside.others ?? [])]
      return Object.freeze({
        uid: { type, id: idText(cell(idColumn), `${type}.${idColumn}`, id) },
        attrs: Object.fromEntries(attrs),
        parents: [
          ...lying.flatMap((parent) => parentOf(parent.read(cell, `${type} parent`))),
          ...inputs.map((each) => ('uid' in each ? each.uid : { type: each.type, id: each.id })),
        ],
        ...(tags === undefined ? {} : { tags: tagsOf(cell(tags), `${type} tags`) }),
        ...(known.length === 0 ? {} : { known }),
        ...(others.length === 0 ? {} : { others }),
      })
    },
  })
}

function mappingOf({ type, table, id, attributes = {}, parents, tags }: ResourceDefinition): TableMapping {
  return Object.freeze({
    type,
    ...(table === undefined ? {} : { table }),
    id: storedId(id),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, source]) => [name, toSource(source)?.mapping ?? (source as SetTable)]),
    ),
    ...(parents === undefined ? {} : { parents: parents.map((parent) => ('read' in parent ? parent.parent : parent)) }),
    ...(tags === undefined ? {} : { tags: { column: tags } }),
  })
}

/** @returns null for what no column of the row holds */
function toSource(source: string | Attribute | SetTable): Attribute | null {
  return typeof source === 'object' && 'table' in source ? null : toAttribute(source)
}

function given({ attributes }: BesideRow, name: string, path: string): ValueJson | undefined {
  if (attributes === undefined || !Object.hasOwn(attributes, name)) {
    throw new ValueError(`${path} is not in the row: give it to \`of\``)
  }
  return toRecord({ [name]: attributes[name] }, path)[name]
}

/** A column that was not selected is a mistake, not an absent attribute: a condition on it would silently change its meaning. */
function columnOf(row: Readonly<Record<string, unknown>>, column: string, type: string): unknown {
  if (!Object.hasOwn(row, column)) throw new ValueError(`The row of a ${type} has no column ${column}`)
  return row[column]
}

function parentOf(value: ValueJson | undefined): readonly PrincipalReference[] {
  if (typeof value !== 'object' || !('__entity' in value)) return []
  const { __entity: uid } = value
  return [uid as PrincipalReference]
}

function tagsOf(value: unknown, path: string): Readonly<Record<string, ValueJson>> {
  if (value == null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw new ValueError(`${path} are no object`)
  return toRecord(value as Readonly<Record<string, unknown>>, path)
}
