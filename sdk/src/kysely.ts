import {
  type AliasedRawBuilder,
  CompiledQuery,
  type Expression,
  type Kysely,
  type RawBuilder,
  sql as raw,
  type SqlBool,
  ValueNode,
} from 'kysely'
import type { Queryable } from './filters/catalogue.ts'
import type { MASK_COLUMN } from './filters/mask.ts'
import type { MaskedColumns } from './filters/mask-columns.ts'
import type { Sql } from './filters/sql.ts'

/**
 * A filter as a condition of a Kysely query, beside its own joins, conditions, order, limit and count:
 * `db.selectFrom('orders as o').where(allowed(holdfast.filter(principal, 'viewOrder', Order, { alias: 'o' })))`
 */
export function allowed(condition: Sql): RawBuilder<SqlBool> {
  return fragment<SqlBool>(condition)
}

/** A masked column list as the selection of a Kysely query: `.select(masked(holdfast.columns(principal, Profile, { alias: 'p' })))`. */
export function masked<Fields extends string>({
  columns,
}: MaskedColumns<Fields>): AliasedRawBuilder<unknown, Fields | typeof MASK_COLUMN>[] {
  return columns.map(({ name, value }) => fragment<unknown>(value).as(name))
}

/** Any piece of SQL of this package as an expression of Kysely. Values stay values: Kysely numbers them anew. */
export function fragment<T>({ strings, values }: Sql): RawBuilder<T> {
  const template = Object.assign([...strings], { raw: strings })
  return raw<T>(template, ...values.map(asValue))
}

/** Whatever a value is: one that is an expression of Kysely's would else become SQL. */
function asValue(value: unknown): Expression<unknown> {
  return { expressionType: undefined, toOperationNode: () => ValueNode.create(value) }
}

/** The database of a Kysely for `checkColumns`. */
export function queryable(db: Pick<Kysely<unknown>, 'executeQuery'>): Queryable {
  return { query: (text, values) => db.executeQuery(CompiledQuery.raw(text, [...values])) }
}
