import { LRUCache } from 'lru-cache'
import type { SqlDialect } from '../guards/sql/token.ts'

/** `sql` is what mysql2 calls its text. */
export interface Statement {
  readonly text: string
  readonly sql: string
  readonly values: unknown[]
}

/** Texts that `for` has written: nothing of a client's is in them. */
const byTemplates = new LRUCache<string, true>({ max: 10_000 })

/** Whether a template of this program says this text. */
export function isByTemplate(query: unknown): boolean {
  return typeof query === 'string' ? byTemplates.has(query) : Sql.is(query)
}

/** Text of the program, or a name with its parts, which each database quotes in its own way. */
type Part = string | { readonly names: readonly string[] }

/**
 * A piece of SQL with its values. `text` and `values` are what node-postgres takes as a query: `pool.query(statement)`; `for` writes it for
 * other databases. Only this package makes one, by the `sql` tag, a filter or a mask: an object of a caller that looks like one is a value.
 */
export class Sql {
  // Own properties and no getters: node-postgres copies the query that it is given (8.23), and private fields stay behind.
  /** With its values as `$1`, `$2` ... */
  readonly text: string
  /** In the order of their numbers; frozen, and typed as node-postgres wants a query to be. */
  readonly values: unknown[]
  readonly #between: readonly (readonly Part[])[]
  readonly #only: SqlDialect | undefined

  /**
   * @internal
   * @param between what stands between the values: one more than there are values
   * @param only the one database that it is written for
   */
  constructor(between: readonly (string | readonly Part[])[], values: readonly unknown[], only?: SqlDialect) {
    if (between.length !== values.length + 1) throw new TypeError('SQL needs a piece of text on both sides of a value.')
    this.#between = Object.freeze(between.map((parts) => (typeof parts === 'string' ? [parts] : [...parts])))
    this.#only = only
    this.values = [...values]
    Object.freeze(this.values)
    this.text = this.from(1).text
    Object.freeze(this)
  }

  /** What stands between the values, for PostgreSQL. */
  get strings(): readonly string[] {
    return this.#between.map((parts) => written(parts, 'postgresql'))
  }

  /** @internal */
  get between(): readonly (readonly Part[])[] {
    return this.#between
  }

  /** @internal */
  get only(): SqlDialect | undefined {
    return this.#only
  }

  /**
   * As this database takes it: `$1` for PostgreSQL, `?` for MySQL and SQLite, names in its quotes.
   * @throws TypeError for a filter or a mask, which are written for PostgreSQL, and for a `?` of one's own, which would be taken for a value
   */
  for(dialect: SqlDialect): Statement {
    if (this.#only !== undefined && this.#only !== dialect) throw new TypeError(`This SQL is for ${this.#only} only.`)
    const texts = this.#between.map((parts) => written(parts, dialect))
    const isNumbered = dialect === 'postgresql'
    if (!isNumbered && texts.some((text) => text.includes('?'))) throw new TypeError('Write ${value} where ? stands.')
    const text = isNumbered ? this.text : texts.join('?')
    byTemplates.set(text, true)
    return { text, sql: text, values: this.values }
  }

  /** The same with its values numbered from this on, for a query that has parameters of its own before. */
  from(first: number): { readonly text: string; readonly values: readonly unknown[] } {
    if (!Number.isSafeInteger(first) || first < 1) throw new TypeError('Parameters are numbered from 1.')
    const [head = '', ...tail] = this.strings
    const text = head + tail.map((piece, at) => `$${first + at}${piece}`).join('')
    return { text, values: this.values }
  }

  /** Whether it is one: of this class, not of its shape. */
  static is(value: unknown): value is Sql {
    return typeof value === 'object' && value !== null && #between in value
  }
}

/**
 * Writes a query of pieces and values: a piece (`Sql`) is put in as SQL, anything else becomes a parameter.
 * `` sql`SELECT * FROM orders WHERE ${allowed} AND placed_at > ${since} LIMIT ${20}` ``
 * @throws TypeError when it is not called as a tag, for a `$1` written by hand (the tag numbers), and for undefined (null is meant, or a mistake)
 */
export function sql(template: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  if (!Array.isArray(template) || !Array.isArray(template.raw)) {
    throw new TypeError('sql is a tag: write sql`...`, never sql(text).')
  }
  return weave(template.map(checked), values)
}

/** Pieces or values in a row, between them a separator: `sql.join(columns)`. @throws TypeError for none at all */
sql.join = (items: readonly unknown[], separator: Sql = sql`, `): Sql => {
  if (items.length === 0) throw new TypeError('There is nothing to join.')
  const woven = items.flatMap((item, at) => (at === 0 ? [item] : [separator, item]))
  return weave(
    Array.from({ length: woven.length + 1 }, () => ''),
    woven,
  )
}

/** A name in quotes, with its parts: `sql.identifier('sales', 'orders')`. What is in it stays in it. */
sql.identifier = (...names: readonly string[]): Sql => {
  names.forEach(quoteIdentifier)
  return new Sql([[{ names }]], [])
}

/** PostgreSQL's quoted identifier (4.1.1 of its manual). @throws TypeError for one that has none */
export function quoteIdentifier(name: string): string {
  if (typeof name !== 'string' || name === '' || name.includes('\0')) throw new TypeError('This is no name for SQL.')
  return `"${name.replaceAll('"', '""')}"`
}

function checked(text: string | undefined): string {
  if (text === undefined) throw new TypeError('The query has an escape that JavaScript does not know.')
  if (/\$\d/.test(text)) throw new TypeError('The sql tag numbers its values itself: write ${value} where $1 stands.')
  return text
}

function weave(texts: readonly string[], items: readonly unknown[]): Sql {
  const between: Part[][] = [[texts[0] ?? '']]
  const values: unknown[] = []
  let only: SqlDialect | undefined
  for (const [at, item] of items.entries()) {
    if (item === undefined) throw new TypeError(`Value ${at + 1} of the query is undefined.`)
    if (Sql.is(item)) {
      only ??= item.only
      const [head = [], ...tail] = item.between
      between.at(-1)?.push(...head)
      between.push(...tail.map((parts) => [...parts]))
      values.push(...item.values)
      between.at(-1)?.push(texts[at + 1] ?? '')
    } else {
      values.push(item)
      between.push([texts[at + 1] ?? ''])
    }
  }
  return new Sql(between, values, only)
}

function written(parts: readonly Part[], dialect: SqlDialect): string {
  const quote = dialect === 'mysql' ? (name: string) => `\`${name.replaceAll('`', '``')}\`` : quoteIdentifier
  return parts.map((part) => (typeof part === 'string' ? part : part.names.map(quote).join('.'))).join('')
}
