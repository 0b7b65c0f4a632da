import type { HoldfastError } from './errors.ts'

/**
 * A condition for a WHERE clause, with its parameters by position (`$1`, `$2` ...; number them on from your own).
 *
 * In this version the condition is always `TRUE`: the rows that the query returns are then decided one by one in this process. What is
 * allowed is exact, but the query reads rows that are thrown away, and LIMIT and count in SQL see them too. A later version compiles the
 * policies into the condition; code that puts it into its query now needs no change then.
 */
export interface SqlCondition {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Most rows that a query given to `filter` may return; more throws `filter_too_large`, so that nobody finds out by slowness. */
export const FILTER_MOST_ROWS = 10_000

const EVERYTHING: SqlCondition = Object.freeze({ sql: 'TRUE', parameters: Object.freeze([]) })

export async function filterRows<Row>(
  run: (condition: SqlCondition) => Promise<readonly Row[]>,
  allowed: (row: Row) => boolean,
  tooLarge: (rows: number) => HoldfastError,
): Promise<Row[]> {
  const rows = await run(EVERYTHING)
  if (rows.length > FILTER_MOST_ROWS) throw tooLarge(rows.length)
  return rows.filter(allowed)
}
