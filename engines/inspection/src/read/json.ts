/** Why a text is no JSON that all programs read alike. */
export interface JsonProblem {
  readonly code: 'json_malformed' | 'json_duplicate_name' | 'json_too_complex'
  readonly by: string
  readonly why: string
}

export interface JsonLimits {
  readonly depth: number
  readonly values: number
  readonly nameBytes: number
}

export type JsonResult = { readonly value: unknown; readonly values: number } | JsonProblem

/**
 * Reads JSON (RFC 8259), and refuses what its section 4, 6 and 8 warn of: names that come twice, numbers that a double or 64 bits do not hold, lone
 * surrogates, a byte order mark, and U+0000, at which programs in C stop.
 */
export function readJson(text: string, limits: JsonLimits): JsonResult {
  const reader = new Reader(text, limits)
  try {
    const value = reader.read()
    return { value, values: reader.values }
  } catch (error) {
    if (error instanceof Stop) return error.problem
    throw error
  }
}

class Stop extends Error {
  readonly problem: JsonProblem
  constructor(problem: JsonProblem) {
    super(problem.why)
    this.problem = problem
  }
}

const malformed = (why: string, by = 'syntax'): Stop => new Stop({ code: 'json_malformed', by, why })
const complex = (why: string): Stop => new Stop({ code: 'json_too_complex', by: 'limit', why })

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class Reader {
  readonly #text: string
  readonly #limits: JsonLimits
  #at = 0
  values = 0

  constructor(text: string, limits: JsonLimits) {
    this.#text = text
    this.#limits = limits
  }

  read(): unknown {
    const value = this.#value(0)
    this.#blank()
    if (this.#at < this.#text.length) throw malformed(`character ${this.#at} is behind the end of the value`)
    return value
  }

  #value(depth: number): unknown {
    if (depth > this.#limits.depth) throw complex(`nested deeper than ${this.#limits.depth}`)
    if (++this.values > this.#limits.values) throw complex(`more than ${this.#limits.values} values`)
    switch (this.#blank()) {
      case 0x7b:
        return this.#object(depth)
      case 0x5b:
        return this.#array(depth)
      case 0x22:
        return this.#string()
      case 0x74:
        return this.#word('true', true)
      case 0x66:
        return this.#word('false', false)
      case 0x6e:
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    this.#at++
    if (this.#blank() === 0x7d) {
      this.#at++
      return object
    }
    for (;;) {
      if (this.#blank() !== 0x22) throw malformed(`character ${this.#at} begins no name`)
      const name = this.#string()
      if (name.length > this.#limits.nameBytes)
        throw complex(`a name of more than ${this.#limits.nameBytes} characters`)
      if (Object.hasOwn(object, name)) {
        throw new Stop({ code: 'json_duplicate_name', by: 'duplicate-name', why: 'a member comes twice' })
      }
      if (this.#blank() !== 0x3a) throw malformed(`character ${this.#at} is no colon`)
      this.#at++
      const value = this.#value(depth + 1)
      // Setting it would set the prototype.
      if (name === '__proto__')
        Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
      else object[name] = value
      if (!this.#continues(0x7d)) return object
    }
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = []
    this.#at++
    if (this.#blank() === 0x5d) {
      this.#at++
      return items
    }
    do items.push(this.#value(depth + 1))
    while (this.#continues(0x5d))
    return items
  }

  #continues(close: number): boolean {
    const code = this.#blank()
    this.#at++
    if (code === 0x2c) return true
    if (code === close) return false
    throw malformed(`character ${this.#at - 1} ends no value`)
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw malformed(`character ${this.#at} begins no value`)
    this.#at += word.length
    return value
  }

  #number(): number {
    NUMBER.lastIndex = this.#at
    const found = NUMBER.exec(this.#text)
    if (found === null) throw malformed(`character ${this.#at} begins no value`)
    const [text, fraction, exponent] = found
    this.#at += text.length
    const value = Number(text)
    if (!Number.isFinite(value)) throw malformed('a number that a double does not hold', 'number')
    if (fraction === undefined && exponent === undefined && text.length > 18) {
      const exact = BigInt(text)
      if (exact > 18_446_744_073_709_551_615n || exact < -9_223_372_036_854_775_808n) {
        throw malformed('an integer that 64 bits do not hold', 'number')
      }
    }
    return value
  }

  #string(): string {
    const text = this.#text
    const start = ++this.#at
    let at = start
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 0x22) {
        this.#at = at + 1
        return text.slice(start, at)
      }
      if (code === 0x5c) return this.#escapedString(start, at)
      // NaN, where the text ends, is not.
      if (!(code >= 0x20)) throw malformed(`character ${at} is not of a string`)
      at++
    }
  }

  #escapedString(start: number, from: number): string {
    const text = this.#text
    const parts: string[] = []
    let begin = start
    let at = from
    let units = false
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 0x22) break
      if (code === 0x5c) {
        parts.push(text.slice(begin, at))
        const letter = text[at + 1] ?? ''
        if (letter === 'u') {
          const digits = text.slice(at + 2, at + 6)
          if (!/^[0-9A-Fa-f]{4}$/.test(digits)) throw malformed(`character ${at} begins no escape`)
          if (digits === '0000') throw malformed('U+0000, at which some programs stop', 'nul')
          parts.push(String.fromCharCode(Number.parseInt(digits, 16)))
          units = true
          at += 6
        } else {
          const plain = ESCAPED[letter]
          if (plain === undefined) throw malformed(`character ${at} begins no escape`)
          parts.push(plain)
          at += 2
        }
        begin = at
      } else if (code >= 0x20) at++
      else throw malformed(`character ${at} is not of a string`)
    }
    parts.push(text.slice(begin, at))
    this.#at = at + 1
    const whole = parts.join('')
    if (units && !whole.isWellFormed()) throw malformed('a lone surrogate, which is no character', 'surrogate')
    return whole
  }

  /** @returns the code of the next character that is no blank, NaN at the end */
  #blank(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      this.#at++
    }
  }
}
