/** Where a ciphertext belongs. It opens there and nowhere else. */
export interface Place {
  /** whose it is: the id of a tenant, or a name that stands for the installation */
  readonly tenant: string
  readonly table: string
  /** the primary key of its row, as text */
  readonly row: string
  readonly column: string
  /** of the row, where it keeps several: an old value cannot pass for the newest one. A whole number from 0 on */
  readonly version?: number | undefined
}

/**
 * The place as text that has one reading: each part with its length in front, so that no two places run together.
 * @throws TypeError for an empty part, or one that UTF-8 cannot hold (two of these would become the same bytes)
 */
export function placeText({ tenant, table, row, column, version }: Place): string {
  check(tenant, 'tenant')
  check(table, 'table')
  check(row, 'row')
  check(column, 'column')
  const parts = `${tenant.length}:${tenant}${table.length}:${table}${row.length}:${row}${column.length}:${column}`
  if (version === undefined) return parts
  if (!Number.isSafeInteger(version) || version < 0)
    throw new TypeError('the version of a place is a whole number from 0 on')
  return `${parts}#${version}`
}

function check(part: string, name: string): void {
  if (typeof part !== 'string' || part === '' || !part.isWellFormed()) {
    throw new TypeError(`a place has a ${name}: a text that is not empty, without lone surrogates`)
  }
}
