import type { PolicySet } from '../compile/policy-set.ts'
import type { Entities } from '../entities.ts'
import type { Schema } from '../schema/schema.ts'
import type { TableMapping } from './mapping.ts'
import { type FilterOptions, type FilterRequest, partial } from './partial.ts'
import { isAlways, or, type Residual } from './residual.ts'
import { numbered, type SqlCondition, type SqlOptions, toSql } from './to-sql.ts'
import { Places } from './sql/place.ts'

/** Which fields of which rows may be seen. */
export interface MaskRequest extends Omit<FilterRequest, 'action'> {
  /** The fields that an action shows, by the action's id: one action for each group of fields. */
  readonly groups: { readonly [action: string]: readonly string[] }
  /** The type of those actions; `Action` when absent. */
  readonly actionType?: string
}

/** Fields in the order in which the groups name them. A field of several groups is seen when one of their actions is allowed. */
export interface Visibility {
  /** Seen in every row. */
  readonly always: readonly string[]
  /** Seen in the rows for which the residual holds. */
  readonly sometimes: readonly { readonly field: string; readonly when: Residual }[]
  /** Seen in none. */
  readonly never: readonly string[]
}

/** Decides for whole tables which fields may leave: by `partial`, one action for each group. Throws what that throws. */
export function fieldsOf(
  set: PolicySet,
  { groups, actionType = 'Action', ...request }: MaskRequest,
  entities: Entities,
  schema: Schema,
  options: FilterOptions,
): Visibility {
  const shown = new Map<string, Residual[]>()
  for (const [id, fields] of Object.entries(groups)) {
    const allowed = partial(set, { ...request, action: { type: actionType, id } }, entities, schema, options)
    for (const field of fields) {
      const residuals = shown.get(field)
      if (residuals === undefined) shown.set(field, [allowed])
      else residuals.push(allowed)
    }
  }
  const always: string[] = []
  const sometimes: { field: string; when: Residual }[] = []
  const never: string[] = []
  for (const [field, residuals] of shown) {
    const when = or(residuals)
    const constant = isAlways(when)
    if (constant === null) sometimes.push({ field, when })
    else (constant ? always : never).push(field)
  }
  return { always, sometimes, never }
}

/** A field as column of a SELECT. */
export interface MaskedColumn {
  readonly field: string
  /** The column, or NULL where it is hidden. */
  readonly value: SqlCondition
  /** Whether it is seen, so that hidden and empty are told apart. Never NULL. */
  readonly visible: SqlCondition
}

/**
 * The columns of a mask; fields that are never seen are not among them.
 * @param columns the column of each field, where it has another name
 * @param options `firstParameter` is that of the first column's value; then follow its `visible`, the next column's value, and so on
 */
export function maskSql(
  { always, sometimes }: Visibility,
  mapping: TableMapping,
  columns: { readonly [field: string]: string },
  options: SqlOptions = {},
): readonly MaskedColumn[] {
  const places = new Places(mapping, options.alias)
  const columnOf = (field: string) => places.column(Object.hasOwn(columns, field) ? (columns[field] ?? field) : field)
  let next = options.firstParameter ?? 1
  const condition = (when: Residual, before: string, after: string): SqlCondition => {
    const { strings, parameters } = toSql(when, mapping, options)
    const pieces = [...strings]
    pieces[0] = before + pieces[0]
    pieces[pieces.length - 1] += after
    const made = numbered(pieces, parameters, next)
    next += parameters.length
    return made
  }
  return [
    ...always.map((field) => ({ field, value: bare(columnOf(field)), visible: bare('TRUE') })),
    ...sometimes.map(({ field, when }) => ({
      field,
      value: condition(when, 'CASE WHEN ', ` THEN ${columnOf(field)} END`),
      visible: condition(when, '(', ' IS TRUE)'),
    })),
  ]
}

function bare(sql: string): SqlCondition {
  return { sql, parameters: [], strings: [sql] }
}
