/**
 * A piece of PostgreSQL with its values. `text` and `values` are what node-postgres takes as a query: `pool.query(statement)`.
 * Only this package makes one, by the `sql` tag, a filter or a mask: an object of a caller that looks like one is a value.
 */
export class Sql {
  // Own properties and no getters: node-postgres copies the query that it is given (8.23), and private fields stay behind.
  /** With its values as `$1`, `$2` ... */
  readonly text: string
  /** In the order of their numbers; frozen, and typed as node-postgres wants a query to be. */
  readonly values: unknown[]
  readonly #strings: readonly string[]

  /** @internal @param strings what stands between the values: one more than there are values */
  constructor(strings: readonly string[], values: readonly unknown[]) {
    if (strings.length !== values.length + 1) throw new TypeError('SQL needs a piece of text on both sides of a value.')
    this.#strings = Object.freeze([...strings])
    this.values = [...values]
    Object.freeze(this.values)
    this.text = this.from(1).text
    Object.freeze(this)
  }

  /** What stands between the values. */
  get strings(): readonly string[] {
    return this.#strings
  }

  /** The same with its values numbered from this on, for a query that has parameters of its own before. */
  from(first: number): { readonly text: string; readonly values: readonly unknown[] } {
    if (!Number.isSafeInteger(first) || first < 1) throw new TypeError('Parameters are numbered from 1.')
    let text = this.#strings[0] ?? ''
    for (let at = 0; at < this.values.length; at++) text += `$${first + at}${this.#strings[at + 1] ?? ''}`
    return { text, values: this.values }
  }

  /** Whether it is one: of this class, not of its shape. */
  static is(value: unknown): value is Sql {
    return typeof value === 'object' && value !== null && #strings in value
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
sql.identifier = (...names: readonly string[]): Sql => new Sql([names.map(quoteIdentifier).join('.')], [])

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
  const strings = [texts[0] ?? '']
  const values: unknown[] = []
  const write = (text: string) => (strings[strings.length - 1] += text)
  for (const [at, item] of items.entries()) {
    if (item === undefined) throw new TypeError(`Value ${at + 1} of the query is undefined.`)
    if (Sql.is(item)) {
      const [head = '', ...tail] = item.strings
      write(head)
      strings.push(...tail)
      values.push(...item.values)
      write(texts[at + 1] ?? '')
    } else {
      values.push(item)
      strings.push(texts[at + 1] ?? '')
    }
  }
  return new Sql(strings, values)
}
