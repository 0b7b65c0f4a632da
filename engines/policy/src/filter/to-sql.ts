import type { TableMapping } from './mapping.ts'
import { isAlways, type Residual } from './residual.ts'
import { writeCondition } from './sql/condition.ts'
import { SqlScope } from './sql/scope.ts'
import { Writer } from './sql/writer.ts'

export interface SqlOptions {
  /** The number of the first parameter: 3 makes it `$3`. 1 when absent. */
  readonly firstParameter?: number
  /** The name by which the query calls the table. Absent: the mapping's table; without either, columns stand alone, and subqueries are refused. */
  readonly alias?: string | undefined
}

/** A condition in SQL. Values are in `parameters`, and never in the text. */
export interface SqlCondition {
  /** With `$1`, `$2` and so on: each parameter once, in order. */
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** The text between the parameters: one piece more than there are parameters. */
  readonly strings: readonly string[]
}

/**
 * The condition as PostgreSQL's SQL, for a WHERE clause. It is true for exactly the rows for which the residual holds, it never fails whatever a row holds, and a
 * NULL never makes it true. Throws `FilterError`: `filter_mapping`, `filter_unsupported`.
 */
export function toSql(residual: Residual, mapping: TableMapping, options: SqlOptions = {}): SqlCondition {
  const scope = new SqlScope(mapping, options.alias)
  const writer = new Writer()
  const varies = isAlways(residual) === null
  writer.text(varies ? '(' : '')
  writeCondition(residual, scope, writer)
  for (const guard of scope.guards(residual)) {
    writer.text(' AND ')
    guard(writer)
  }
  writer.text(varies ? ')' : '')
  return numbered(writer.pieces(), writer.values, options.firstParameter ?? 1)
}

/** The pieces with the numbers of their parameters between them. */
export function numbered(strings: readonly string[], parameters: readonly unknown[], first: number): SqlCondition {
  let sql = strings[0] ?? ''
  for (let at = 1; at < strings.length; at++) sql += `$${first + at - 1}${strings[at]}`
  return { sql, parameters, strings }
}
