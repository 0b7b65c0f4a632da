import { printable } from './printable.ts'

export type Cell = string | number | boolean | null | undefined
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>

/**
 * A table for people: a heading, columns two blanks apart, nothing cut off.
 * @param empty what to say instead when there is no row
 */
export function table<Row>(rows: readonly Row[], columns: Columns<Row>, empty: string): string {
  if (rows.length === 0) return `${empty}\n`
  const headings = Object.keys(columns)
  const cells = rows.map((row) => Object.values(columns).map((cell) => shown(cell(row))))
  const widths = headings.map((heading, at) => Math.max(heading.length, ...cells.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')
  return [headings, ...cells].map((row) => `${line(row).trimEnd()}\n`).join('')
}

/** Name and value, one a line. */
export function facts(pairs: Readonly<Record<string, Cell>>): string {
  const width = Math.max(...Object.keys(pairs).map((name) => name.length))
  return Object.entries(pairs)
    .map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}\n`)
    .join('')
}

function shown(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '-'
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  return printable(String(cell))
}
