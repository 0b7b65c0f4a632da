/** What an open parenthesis (or CASE) is, and what was read in it. */
export const FRAME = {
  call: 1,
  case: 2,
  brace: 4,
  /** In the list of a SELECT. */
  list: 8,
  /** In the tables of a FROM. */
  tables: 16,
  /** Behind an alias: a second one is no SQL. */
  aliased: 32,
  /** A SELECT began here. */
  select: 64,
} as const
