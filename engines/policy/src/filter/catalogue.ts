import type { Schema } from '../schema/schema.ts'
import type { RecordType, Type } from '../schema/types.ts'
import { FilterError } from './errors.ts'
import type { ColumnMapping, IdColumn, IdStorage, ParentMapping, PlainColumn, TableMapping } from './mapping.ts'
import { idColumn, storageOf } from './sql/place.ts'

/** What a column must be for conditions on it to be exact. */
export interface Requirement {
  /** As the mapping writes it; null for the mapping's own table. */
  readonly table: string | null
  readonly column: string
  readonly notNull: boolean
  /** The types that it may have, by their names in `pg_type`. Of a domain the base type counts. */
  readonly types: readonly string[]
  /** Whether it must compare texts by their bytes, as deterministic collations do. */
  readonly deterministic: boolean
}

/**
 * What the columns of a mapping must be, for whoever can read the catalogue: an attribute that the schema requires must be NOT NULL, or a NULL would count as
 * something that Cedar does not know. Throws `FilterError` (`filter_mapping`) for a mapping that does not fit the schema.
 */
export function catalogueRequirements(mapping: TableMapping, schema: Schema): readonly Requirement[] {
  const type = schema.type(mapping.type)
  if (type === undefined) throw new FilterError('filter_mapping', `the schema has no entity type \`${mapping.type}\``)
  const needs = new Needs(schema, idColumn(mapping.id).as)
  needs.id(null, mapping.id)
  needs.attributes(null, mapping.attributes ?? {}, type.shape, true)
  for (const parent of mapping.parents ?? []) needs.parent(parent, needs.own)
  const { tags } = mapping
  if (tags !== undefined && 'table' in tags) {
    needs.ids(tags.table, tags.owner, needs.own, false)
    for (const column of [tags.name, tags.value]) needs.ids(tags.table, column, 'text', true)
  } else if (tags !== undefined) needs.add(null, tags.column, ['jsonb'], false)
  return needs.list
}

/** The columns of a mapping's own table that must be NOT NULL. */
export function columnsThatMustNotBeNull(mapping: TableMapping, schema: Schema): readonly string[] {
  const own = catalogueRequirements(mapping, schema).filter(({ table, notNull }) => table === null && notNull)
  return [...new Set(own.map(({ column }) => column))]
}

const TYPES: { readonly [kind: string]: readonly string[] } = {
  text: ['text', 'varchar'],
  uuid: ['uuid'],
  bigint: ['int8', 'int4', 'int2'],
  string: ['text', 'varchar'],
  long: ['int8', 'int4', 'int2'],
  bool: ['bool'],
  decimal: ['numeric'],
  datetime: ['timestamptz'],
  duration: ['int8', 'int4', 'int2'],
  ip: ['inet', 'cidr'],
}

class Needs {
  readonly list: Requirement[] = []
  readonly own: IdStorage
  readonly #schema: Schema

  constructor(schema: Schema, own: IdStorage) {
    this.#schema = schema
    this.own = own
  }

  add(table: string | null, column: string, types: readonly string[], notNull: boolean): void {
    const deterministic = types.includes('text') || types.includes('_text')
    this.list.push({ table, column, notNull, types, deterministic })
  }

  ids(table: string | null, column: string, as: IdStorage, notNull: boolean): void {
    this.add(table, column, TYPES[as] ?? [], notNull)
  }

  id(table: string | null, id: string | IdColumn): void {
    const { column, as } = idColumn(id)
    this.ids(table, column, as, true)
  }

  /** @param there whether what the attributes are of is always there */
  attributes(
    table: string | null,
    mappings: { readonly [attribute: string]: string | ColumnMapping },
    shape: RecordType,
    there: boolean,
  ): void {
    for (const [name, mapping] of Object.entries(mappings)) {
      const attribute = shape.attributes.get(name)
      // What the schema does not declare no valid policy reads.
      if (attribute !== undefined) this.#attribute(table, mapping, attribute.type, there && attribute.required)
    }
  }

  parent(parent: ParentMapping, child: IdStorage): void {
    const as = parent.as ?? 'text'
    if (parent.kind === 'column' || parent.kind === 'tree') this.ids(null, parent.column, as, false)
    if (parent.kind === 'column') return
    if (parent.kind === 'tree') {
      this.ids(parent.table, parent.id, as, true)
      this.ids(parent.table, parent.parent, as, false)
      return
    }
    this.ids(parent.table, parent.child, child, false)
    this.ids(parent.table, parent.parent, as, false)
    if (parent.typeColumn !== undefined) this.ids(parent.table, parent.typeColumn, 'text', false)
  }

  #attribute(table: string | null, mapping: string | ColumnMapping, type: Type, notNull: boolean): void {
    if (typeof mapping === 'string') return this.#attribute(table, { column: mapping }, type, notNull)
    if ('table' in mapping) {
      this.ids(mapping.table, mapping.owner, this.own, false)
      this.add(mapping.table, mapping.value, elementTypes(type, mapping.elements), true)
    } else if ('attributes' in mapping) {
      if (type.kind !== 'record') throw new FilterError('filter_mapping', 'only a record has attributes of its own')
      this.attributes(table, mapping.attributes, type, notNull)
    } else {
      this.add(table, mapping.column, columnTypes(type, mapping), notNull)
      this.#referenced(mapping, type)
    }
  }

  #referenced(mapping: PlainColumn, type: Type): void {
    if (type.kind !== 'entity') return
    for (const parent of mapping.parents ?? []) this.parent(parent, storageOf(mapping))
    const { entity } = mapping
    const declared = this.#schema.type(type.name)
    if (entity === undefined || declared === undefined) return
    this.id(entity.table, entity.id)
    this.attributes(entity.table, entity.attributes, declared.shape, true)
  }
}

function columnTypes(type: Type, mapping: PlainColumn): readonly string[] {
  if (type.kind === 'record' || mapping.as === 'json') return ['jsonb']
  if (type.kind === 'set') return elementTypes(type, mapping.elements).map((name) => `_${name}`)
  if (type.kind === 'entity') return TYPES[storageOf(mapping)] ?? []
  if (mapping.as === 'milliseconds') return TYPES['duration'] ?? []
  return TYPES[type.kind === 'extension' ? type.constructor : type.kind] ?? []
}

function elementTypes(type: Type, elements: IdStorage = 'text'): readonly string[] {
  const element = type.kind === 'set' ? type.element.kind : undefined
  if (element === 'entity') return TYPES[elements] ?? []
  if (element === 'string' || element === 'long') return TYPES[element] ?? []
  throw new FilterError('filter_mapping', 'only sets of texts, integers and entities can lie in columns')
}
