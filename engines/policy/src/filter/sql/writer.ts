import { FilterError } from '../errors.ts'

export interface Mark {
  readonly count: number
  readonly text: string
}

/** A part of what a writer wrote; in its text a NUL, which SQL cannot have, stands for each value. */
export interface Written {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** Whether they say the same of the same values. */
export function isSame(left: Written, right: Written): boolean {
  if (left.sql !== right.sql || left.values.length !== right.values.length) return false
  for (let at = 0; at < left.values.length; at++) if (!isSameValue(left.values[at], right.values[at])) return false
  return true
}

function isSameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false
  return true
}

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

  /** Where it stands, to come back to. */
  mark(): Mark {
    return { count: this.values.length, text: this.#text }
  }

  /** Forgets what was written since. */
  back({ count, text }: Mark): void {
    this.strings.length = count
    this.values.length = count
    this.#text = text
  }

  /** What was written since. */
  since({ count, text }: Mark): Written {
    const first = this.strings[count] ?? this.#text
    let sql = first.slice(text.length)
    for (let at = count + 1; at < this.strings.length; at++) sql += `\0${this.strings[at]}`
    if (this.strings.length > count) sql += `\0${this.#text}`
    return { sql, values: this.values.slice(count) }
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

/** Of UTF-8; 0 for a name so short that they need not be counted: a character of UTF-16 has at most three. */
function bytes(text: string): number {
  return text.length * 3 <= LONGEST_NAME ? 0 : new TextEncoder().encode(text).length
}

/** The name of a table, with its schema when there is a dot. */
export function quoteTable(name: string): string {
  return name.split('.').map(quote).join('.')
}
