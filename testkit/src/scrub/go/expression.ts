/** What an expression of Go gave: a text, or several. */
export type Value = string | readonly string[]

export type Functions = Readonly<Record<string, (...values: Value[]) => Value>>

/**
 * Evaluates the expressions that tests of secret scanners are made of: literals, `+`, names, lists, maps of texts,
 * calls of known functions.
 * @throws Error for anything else
 */
export function evaluate(
  source: string,
  at: number,
  names: ReadonlyMap<string, Value>,
  functions: Functions,
): { value: Value; end: number } {
  const reader = new Reader(source, at, names, functions)
  return { value: reader.sum(), end: reader.at }
}

class Reader {
  at: number
  readonly source: string
  readonly names: ReadonlyMap<string, Value>
  readonly functions: Functions

  constructor(source: string, at: number, names: ReadonlyMap<string, Value>, functions: Functions) {
    this.source = source
    this.at = at
    this.names = names
    this.functions = functions
  }

  sum(): Value {
    let value = this.term()
    while (this.peek() === '+') {
      this.at += 1
      const next = this.term()
      if (typeof value !== 'string' || typeof next !== 'string') throw new Error('a list is added')
      value += next
    }
    return value
  }

  private term(): Value {
    const first = this.peek()
    if (first === '"') return this.quoted()
    if (first === '`') return this.raw()
    if (first === '(') {
      this.at += 1
      const value = this.sum()
      this.expect(')')
      return value
    }
    const list = this.take(/\[\](?:string|byte)|map\[string\]string/y)
    if (list !== null) return this.list(list.startsWith('map'))
    const name = this.take(/[A-Za-z_][\w.]*/y)
    if (name === null) throw new Error(`unknown: ${this.source.slice(this.at, this.at + 20)}`)
    if (this.peek() === '(') return this.call(name)
    if (name === 'nil') return []
    const known = this.names.get(name)
    if (known === undefined) throw new Error(`unknown name ${name}`)
    return known
  }

  private list(isMap: boolean): Value {
    if (this.peek() === '(') return this.call('bytes')
    const values: string[] = []
    this.expect('{')
    while (this.peek() !== '}') {
      let value = this.sum()
      if (isMap) {
        this.expect(':')
        value = this.sum()
      }
      values.push(...(typeof value === 'string' ? [value] : value))
      if (this.peek() === ',') this.at += 1
    }
    this.at += 1
    return values
  }

  private call(name: string): Value {
    this.expect('(')
    const values: Value[] = []
    while (this.peek() !== ')') {
      values.push(this.sum())
      this.take(/\.\.\./y)
      if (this.peek() === ',') this.at += 1
    }
    this.at += 1
    const known = this.functions[name]
    if (known === undefined) throw new Error(`unknown function ${name}`)
    return known(...values)
  }

  private quoted(): string {
    const literal = this.take(/"(?:[^"\\\n]|\\.)*"/y)
    if (literal === null) throw new Error('a literal is not closed')
    const json = literal.replace(/\\x([0-9a-fA-F]{2})/g, '\\u00$1').replace(/\\(['a`])/g, '$1')
    return JSON.parse(json) as string
  }

  private raw(): string {
    const end = this.source.indexOf('`', this.at + 1)
    if (end === -1) throw new Error('a literal is not closed')
    const text = this.source.slice(this.at + 1, end)
    this.at = end + 1
    return text
  }

  private peek(): string {
    for (let skipped = true; skipped; ) skipped = this.skip(/\s+/y) || this.skip(/\/\/[^\n]*/y)
    return this.source[this.at] ?? ''
  }

  private skip(form: RegExp): boolean {
    form.lastIndex = this.at
    if (!form.test(this.source)) return false
    this.at = form.lastIndex
    return true
  }

  private take(form: RegExp): string | null {
    this.peek()
    form.lastIndex = this.at
    const match = form.exec(this.source)
    if (match === null) return null
    this.at = form.lastIndex
    return match[0]
  }

  private expect(character: string): void {
    if (this.peek() !== character) throw new Error(`${character} is missing`)
    this.at += 1
  }
}

/** `fmt.Sprintf` with nothing but `%s`, `%v`, `%d` and `%q`. */
export function sprintf(format: Value = '', ...values: Value[]): string {
  let index = 0
  return String(format).replace(/%([svdq%])/g, (_, verb: string) => {
    if (verb === '%') return '%'
    const value = values[index++]
    if (typeof value !== 'string') throw new Error('a value is missing')
    return verb === 'q' ? JSON.stringify(value) : value
  })
}
