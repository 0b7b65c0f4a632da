/** The column that tells of each row which of its fields may be seen: without it, hidden and empty would look the same. */
export const MASK_COLUMN = 'mask'

/** The fields of one row that a principal may see. */
export interface Mask<Fields extends string> {
  /** In the order of the definition, each once: the columns to select. */
  readonly fields: readonly Fields[]
  has(field: Fields): boolean
  /** A copy of the row with these fields only. */
  pick<Row extends object>(row: Row): { [K in keyof Row & Fields]?: Row[K] }
}

/**
 * Builds the mask: a field is seen when at least one action that covers it is allowed.
 * @param allowed decides one action on the row; asked once per action
 */
export function createMask<Fields extends string>(
  groups: ReadonlyMap<string, readonly Fields[]>,
  allowed: (action: string) => boolean,
): Mask<Fields> {
  const visible = new Set<Fields>()
  for (const [action, fields] of groups) {
    if (allowed(action)) for (const field of fields) visible.add(field)
  }
  return Object.freeze({
    fields: Object.freeze([...visible]),
    has: (field: Fields) => visible.has(field),
    pick: <Row extends object>(row: Row) => {
      const entries = Object.entries(row).filter(([name]) => (visible as ReadonlySet<string>).has(name))
      return Object.fromEntries(entries) as { [K in keyof Row & Fields]?: Row[K] }
    },
  })
}
