import { FilterError, type Source, unsupported } from '../errors.ts'
import type {
  ColumnMapping,
  IdColumn,
  IdStorage,
  JoinedEntity,
  PlainColumn,
  RecordMapping,
  SetTable,
  TableMapping,
} from '../mapping.ts'
import type { Itself, Read } from '../residual.ts'
import { encodeText } from './encode.ts'
import { quote, quoteTable, type Write, type Writer } from './writer.ts'

/** Where an attribute or tag lies. */
export type Place =
  | { readonly at: 'column'; readonly mapping: PlainColumn; readonly sql: string }
  | { readonly at: 'record'; readonly mapping: RecordMapping; readonly row: Row }
  | { readonly at: 'json'; readonly write: Write }
  | { readonly at: 'setTable'; readonly mapping: SetTable; readonly owner: string }
  | { readonly at: 'tagTable'; readonly write: Write }

/** A row, and the attributes that lie in it. */
export interface Row {
  readonly attributes: { readonly [attribute: string]: string | ColumnMapping }
  /** A column of it. */
  column(name: string): string
}

const INNER = 'holdfast'

/** Finds places by a mapping. */
export class Places {
  readonly mapping: TableMapping
  readonly #alias: string | undefined

  constructor(mapping: TableMapping, alias: string | undefined) {
    this.mapping = mapping
    if (alias === INNER) {
      throw new FilterError('filter_mapping', `the alias \`${INNER}\` is the one that conditions use themselves`)
    }
    this.#alias =
      alias === undefined ? (mapping.table === undefined ? undefined : quoteTable(mapping.table)) : quote(alias)
  }

  /** A column of the table itself. */
  column(name: string): string {
    return this.#alias === undefined ? quote(name) : `${this.#alias}.${quote(name)}`
  }

  get id(): { readonly sql: string; readonly as: IdStorage } {
    const { column, as } = idColumn(this.mapping.id)
    return { sql: this.column(column), as }
  }

  /**
   * The name of the table in a subquery, one for all: a subquery reads its own table and the row, never the table of a subquery around it. That a column of
   * the row is not taken for its own is safe only where it is qualified.
   */
  get inner(): string {
    if (this.#alias === undefined) {
      throw new FilterError('filter_mapping', 'a condition with a subquery needs an alias, or the name of the table')
    }
    return quote(INNER)
  }

  find(read: Read, source: Source): Place {
    if (read.step === 'tag') return this.#tag(read, source)
    const row = this.#rowOf(read.of, source)
    if (row.at === 'json') {
      const { name } = read
      return { at: 'json', write: (to) => field(to, row.write, name) }
    }
    const mapping = Object.hasOwn(row.row.attributes, read.name) ? row.row.attributes[read.name] : undefined
    if (mapping === undefined) {
      throw new FilterError('filter_mapping', `the mapping has no column for the attribute \`${read.name}\``, source)
    }
    return this.#place(mapping, read, row.row, source)
  }

  #place(mapping: string | ColumnMapping, read: Read, row: Row, source: Source): Place {
    if (typeof mapping === 'string') return this.#place({ column: mapping }, read, row, source)
    if ('table' in mapping) {
      if (read.of.kind === 'resource') return { at: 'setTable', mapping, owner: this.id.sql }
      return unsupported('a set in a table of its own is only found for the resource itself', source)
    }
    if ('attributes' in mapping) return { at: 'record', mapping, row: { ...row, attributes: mapping.attributes } }
    const sql = row.column(mapping.column)
    const json = read.type.kind === 'record' || mapping.as === 'json'
    return json ? { at: 'json', write: (to) => void to.text(sql) } : { at: 'column', mapping, sql }
  }

  #rowOf(
    of: Itself | Read,
    source: Source,
  ): { readonly at: 'row'; readonly row: Row } | { readonly at: 'json'; readonly write: Write } {
    if (of.kind === 'resource') {
      return { at: 'row', row: { attributes: this.mapping.attributes ?? {}, column: (name) => this.column(name) } }
    }
    const place = this.find(of, source)
    if (place.at === 'json') return place
    if (place.at === 'record') return { at: 'row', row: place.row }
    if (place.at === 'column' && place.mapping.entity !== undefined) {
      return { at: 'row', row: this.#joined(place.mapping, place.mapping.entity, place.sql) }
    }
    return unsupported('the mapping does not say where the attributes of this entity lie (`entity`)', source)
  }

  /** The row of a referenced entity: each of its columns is a subquery. */
  #joined(reference: PlainColumn, { table, id, attributes }: JoinedEntity, sql: string): Row {
    return {
      attributes,
      column: (name) => {
        const alias = this.inner
        const where = this.sameId(`${alias}.${quote(idColumn(id).column)}`, idColumn(id).as, sql, storageOf(reference))
        return `(SELECT ${alias}.${quote(name)} FROM ${quoteTable(table)} ${alias} WHERE ${where})`
      },
    }
  }

  /** Two columns with ids are the same. */
  sameId(left: string, leftAs: IdStorage, right: string, rightAs: IdStorage): string {
    return leftAs === rightAs ? `${left} = ${right}` : `${left}::text = ${right}::text`
  }

  #tag(read: Read, source: Source): Place {
    const { tags } = this.mapping
    if (read.of.kind !== 'resource' || tags === undefined) {
      throw new FilterError('filter_mapping', 'the mapping does not say where the tags lie', source)
    }
    const { name } = read
    if ('column' in tags) {
      const sql = this.column(tags.column)
      return { at: 'json', write: (to) => field(to, (inner) => void inner.text(sql), name) }
    }
    if (read.type.kind !== 'string') return unsupported('a table of tags holds texts only', source)
    const alias = this.inner
    const { sql, as } = this.id
    const from = `${quoteTable(tags.table)} ${alias}`
    const owner = this.sameId(`${alias}.${quote(tags.owner)}`, as, sql, as)
    const select = `(SELECT ${alias}.${quote(tags.value)} FROM ${from} WHERE ${owner} AND ${alias}.${quote(tags.name)} = `
    return {
      at: 'tagTable',
      write: (to) =>
        void to
          .text(select)
          .value(encodeText(name) ?? null, 'text')
          .text(')'),
    }
  }
}

/** A member of a jsonb object: NULL when it has none, is no object, or the name is one that PostgreSQL cannot hold. */
function field(to: Writer, object: Write, name: string): void {
  to.text('(')
  object(to)
  to.text(' -> ')
    .value(encodeText(name) ?? null, 'text')
    .text(')')
}

export function idColumn(id: string | IdColumn): { readonly column: string; readonly as: IdStorage } {
  return typeof id === 'string' ? { column: id, as: 'text' } : { column: id.column, as: id.as ?? 'text' }
}

/** How the ids of a reference are stored. */
export function storageOf({ as }: PlainColumn): IdStorage {
  return as === 'uuid' || as === 'bigint' ? as : 'text'
}
