import { FilterError } from '../errors.ts'

/** Text with places for values between its pieces. */
export class Writer {
  readonly strings: string[] = []
  readonly values: unknown[] = []
  #text = ''

  text(text: string): this {
    this.#text += text
    return this
  }

  /** A value, always apart from the text, with the type that the database is to read it as. */
  value(value: unknown, type: string): this {
    this.strings.push(this.#text)
    this.values.push(value)
    this.#text = `::${type}`
    return this
  }

  /** The pieces: one more than values. */
  pieces(): readonly string[] {
    return [...this.strings, this.#text]
  }
}

/** Writes a piece of SQL. */
export type Write = (to: Writer) => void

/** Longer names are cut off by PostgreSQL, and would be another's. */
const LONGEST_NAME = 63

/** A name as SQL identifier. Throws `FilterError` (`filter_mapping`) for what cannot be one. */
export function quote(name: string): string {
  if (name === '' || name.includes('\0') || !name.isWellFormed() || bytes(name) > LONGEST_NAME) {
    throw new FilterError('filter_mapping', `${JSON.stringify(name)} cannot be the name of a table or column`)
  }
  return `"${name.replaceAll('"', '""')}"`
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length
}

/** The name of a table, with its schema when there is a dot. */
export function quoteTable(name: string): string {
  return name.split('.').map(quote).join('.')
}
