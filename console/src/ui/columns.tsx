import { RelativeTime } from './relative-time.tsx'
import type { Column } from './table.tsx'

/** What a row is called, first and in bold. */
export function nameColumn<T>(header: string, nameOf: (row: T) => string): Column<T> {
  return {
    id: 'name',
    header,
    value: nameOf,
    cell: (row) => <span className="font-medium">{nameOf(row)}</span>,
  }
}

/** When something was, by how long ago. */
export function timeColumn<T>(
  id: string,
  header: string,
  at: (row: T) => string | null,
  from?: Column<T>['from'],
): Column<T> {
  const shown = from === undefined ? {} : { from }
  return { id, header, value: at, cell: (row) => <RelativeTime at={at(row)} />, align: 'right', ...shown }
}

/** A number. */
export function countColumn<T>(
  id: string,
  header: string,
  countOf: (row: T) => number,
  from?: Column<T>['from'],
): Column<T> {
  const shown = from === undefined ? {} : { from }
  const cell = (row: T) => countOf(row).toLocaleString('en-GB')
  return { id, header, value: countOf, cell, align: 'right', ...shown }
}
