import { HEX, utf8 } from '../transform/bytes.ts'
import type { Pair } from './urlencoded.ts'

/** Why a body is not JSON, or is more than is read of it. */
export class JsonError extends Error {}

/**
 * Reads JSON (RFC 8259) into arguments: `{"a":{"b":[1]}}` is `json.a.b.0` = `1`. Bytes stay bytes: strings are not decoded from
 * UTF-8, escapes become UTF-8. Of members of the same name each is an argument: which one a backend takes is not known.
 * @throws JsonError
 */
export function readJson(text: string, limits: { readonly depth: number; readonly arguments: number }): Pair[] {
  return new Reader(text, limits).read()
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const BLANK = /[ \t\n\r]*/y
/** Bytes of a string that need no thought. */
const PLAIN = /[ !#-[\]-\xff]*/y
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
  readonly #limits: { readonly depth: number; readonly arguments: number }
  readonly #pairs: Pair[] = []
  #at = 0
  /** What is left for names: each repeats those around it, and a long one around many would cost the square of its length. */
  #room: number

  constructor(text: string, limits: { readonly depth: number; readonly arguments: number }) {
    this.#text = text
    this.#limits = limits
    this.#room = 4096 + 32 * text.length
  }

  read(): Pair[] {
    this.#value('json', 0)
    this.#skip(BLANK)
    if (this.#at < this.#text.length) throw new JsonError(`byte ${this.#at} is behind the end of the value`)
    return this.#pairs
  }

  #value(name: string, depth: number): void {
    if (depth > this.#limits.depth) throw new JsonError(`nested deeper than ${this.#limits.depth}`)
    this.#skip(BLANK)
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(name, depth)
      case '[':
        return this.#array(name, depth)
      case '"':
        return this.#push(name, this.#string())
      case 't':
        return this.#word(name, 'true', 'true')
      case 'f':
        return this.#word(name, 'false', 'false')
      case 'n':
        return this.#word(name, 'null', '')
      default: {
        const start = this.#at
        this.#skip(NUMBER)
        if (this.#at === start) throw new JsonError(`byte ${start} begins no value`)
        return this.#push(name, this.#text.slice(start, this.#at))
      }
    }
  }

  #object(name: string, depth: number): void {
    this.#at++
    if (this.#ends('}')) return
    do {
      this.#skip(BLANK)
      if (this.#text[this.#at] !== '"') throw new JsonError(`byte ${this.#at} begins no name`)
      const member = this.#string()
      this.#skip(BLANK)
      if (this.#text[this.#at] !== ':') throw new JsonError(`byte ${this.#at} is no colon`)
      this.#at++
      this.#value(`${name}.${member}`, depth + 1)
    } while (this.#continues('}'))
  }

  #array(name: string, depth: number): void {
    this.#at++
    if (this.#ends(']')) return
    let index = 0
    do this.#value(`${name}.${index++}`, depth + 1)
    while (this.#continues(']'))
  }

  #ends(close: string): boolean {
    this.#skip(BLANK)
    if (this.#text[this.#at] !== close) return false
    this.#at++
    return true
  }

  #continues(close: string): boolean {
    this.#skip(BLANK)
    const character = this.#text[this.#at]
    this.#at++
    if (character === ',') return true
    if (character === close) return false
    throw new JsonError(`byte ${this.#at - 1} is neither , nor ${close}`)
  }

  #word(name: string, word: string, value: string): void {
    if (!this.#text.startsWith(word, this.#at)) throw new JsonError(`byte ${this.#at} begins no value`)
    this.#at += word.length
    this.#push(name, value)
  }

  #push(name: string, value: string): void {
    if (this.#pairs.length === this.#limits.arguments) throw new JsonError(`more than ${this.#limits.arguments} values`)
    this.#room -= name.length
    if (this.#room < 0) throw new JsonError('long names around many values')
    this.#pairs.push({ name, value })
  }

  #string(): string {
    const text = this.#text
    const start = ++this.#at
    this.#skip(PLAIN)
    if (text[this.#at] === '"') return text.slice(start, this.#at++)
    const parts = [text.slice(start, this.#at)]
    for (;;) {
      const character = text[this.#at]
      if (character === '"') {
        this.#at++
        return parts.join('')
      }
      if (character !== '\\') throw new JsonError(`byte ${this.#at} is not of a string`)
      parts.push(this.#escape())
      const from = this.#at
      this.#skip(PLAIN)
      parts.push(text.slice(from, this.#at))
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? ''
    this.#at += 2
    if (letter !== 'u') {
      const plain = ESCAPED[letter]
      if (plain === undefined) throw new JsonError(`byte ${this.#at - 1} is no escape`)
      return plain
    }
    const high = this.#unit()
    if (high < 0xd800 || high > 0xdbff || !this.#text.startsWith('\\u', this.#at)) return utf8(high)
    const back = this.#at
    this.#at += 2
    const low = this.#unit()
    if (low >= 0xdc00 && low <= 0xdfff) return utf8(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    this.#at = back
    return utf8(high)
  }

  #unit(): number {
    let unit = 0
    for (let digit = 0; digit < 4; digit++) {
      const value = HEX[this.#text.charCodeAt(this.#at + digit)] ?? -1
      if (value < 0) throw new JsonError(`byte ${this.#at + digit} is no hexadecimal digit`)
      unit = unit * 16 + value
    }
    this.#at += 4
    return unit
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at
    pattern.test(this.#text)
    this.#at = Math.max(this.#at, pattern.lastIndex)
  }
}
