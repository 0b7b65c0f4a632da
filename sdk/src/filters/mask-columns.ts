import { fieldsOf } from '@holdfast/policy/filter'
import { aliasOf, requestOf, type RowQuestion, toCondition } from './filter.ts'
import type { Knowledge } from '../decisions/knowledge.ts'
import { MASK_COLUMN } from './mask.ts'
import { type Sql, sql } from './sql.ts'

/** A column of a SELECT. */
export interface SelectedColumn<Name extends string> {
  readonly name: Name
  readonly value: Sql
}

/** The columns of a resource as a principal may see them, computed by the database: what is hidden does not leave it. */
export interface MaskedColumns<Fields extends string> {
  /** Seen in every row. */
  readonly always: readonly Fields[]
  /** Seen in some rows: NULL in the others. */
  readonly sometimes: readonly Fields[]
  /** Seen in no row: not selected at all. */
  readonly never: readonly Fields[]
  /** The list for a SELECT, never empty: its last column is `mask` (text[]). */
  readonly list: Sql
  readonly columns: readonly SelectedColumn<Fields | typeof MASK_COLUMN>[]
  /** A row without the fields that are hidden in it, and without `mask`. @throws TypeError for a row without that column */
  pick<Row extends object>(row: Row): Picked<Row, Fields>
}

export type Picked<Row, Fields extends string> = {
  [K in keyof Row as K extends Fields | typeof MASK_COLUMN ? never : K]: Row[K]
} & {
  [K in keyof Row & Fields]?: Row[K]
}

/** @throws FilterError for what cannot be said in SQL */
export function maskColumns<Fields extends string>(
  knowledge: Knowledge,
  question: RowQuestion<Fields>,
): MaskedColumns<Fields> {
  const { resource, options } = question
  const alias = aliasOf(resource, options)
  const fields = [...new Set([...resource.fields.values()].flat())]
  const seen = whenSeen(knowledge, question)
  const always = fields.filter((field) => seen.get(field) === true)
  const conditions = new Map([...seen].filter((entry): entry is [Fields, Sql] => entry[1] !== true))
  const columns = fields.flatMap((name): SelectedColumn<Fields>[] => {
    const when = seen.get(name)
    if (when === undefined) return []
    const value = resource.sqlOf(name, alias)
    return [{ name, value: when === true ? value : sql`CASE WHEN ${when} THEN ${value} END` }]
  })
  const all = [...columns, { name: MASK_COLUMN, value: visibleFields(always, conditions) } as const]
  const names: ReadonlySet<string> = new Set(fields)
  return Object.freeze({
    always,
    sometimes: fields.filter((field) => conditions.has(field)),
    never: fields.filter((field) => !seen.has(field)),
    columns: all,
    list: sql.join(all.map(({ name, value }) => sql`${value} AS ${sql.identifier(name)}`)),
    pick: <Row extends object>(row: Row) => pick(row, names) as Picked<Row, Fields>,
  })
}

/** Of each field whether it is seen: when one of the actions that show it is allowed. */
function whenSeen(knowledge: Knowledge, question: RowQuestion): ReadonlyMap<string, true | Sql> {
  const { fields } = question.resource
  const { validated, policies, entities } = knowledge
  const request = { ...requestOf(question), groups: Object.fromEntries(fields) }
  const seen = fieldsOf(policies, request, entities, knowledge.schema(), { validated })
  return new Map<string, true | Sql>([
    ...seen.always.map((field) => [field, true] as const),
    ...seen.sometimes.map(({ field, when }) => [field, toCondition(when, question)] as const),
  ])
}

/** `$1::text[] || CASE WHEN ... THEN $2::text[] ELSE '{}' END`: fields that are seen under the same condition stand together. */
function visibleFields(always: readonly string[], conditions: ReadonlyMap<string, Sql>): Sql {
  const groups = Map.groupBy(conditions, ([, { text, values }]) => JSON.stringify([text, values.map(String)]))
  const varying = Array.from(groups.values(), (group) => {
    const fields = group.map(([field]) => field)
    return sql`CASE WHEN ${group[0]?.[1]} THEN ${fields}::text[] ELSE '{}' END`
  })
  return sql.join([sql`${[...always]}::text[]`, ...varying], sql` || `)
}

function pick(row: object, fields: ReadonlySet<string>): Record<string, unknown> {
  const cells = row as Readonly<Record<string, unknown>>
  const visible = Object.hasOwn(cells, MASK_COLUMN) ? cells[MASK_COLUMN] : undefined
  if (!Array.isArray(visible)) throw new TypeError(`The row has no column ${MASK_COLUMN}: select the whole list.`)
  const shown = new Set<unknown>(visible)
  return Object.fromEntries(
    Object.entries(cells).filter(([name]) => (fields.has(name) ? shown.has(name) : name !== MASK_COLUMN)),
  )
}
