import type { Budget } from '../budget.ts'
import type { Bytes } from '../types.ts'
import { type Dialect, isBlank, isDigit, isHexDigit, isNamePart, isNameStart, OPERATORS, T } from './token.ts'
import { AFTER_NUMBER } from './words.ts'

const TAB_TO_SPACE = 0x20
const CHAR = {
  newline: 0x0a,
  doubleQuote: 0x22,
  hash: 0x23,
  dollar: 0x24,
  singleQuote: 0x27,
  star: 0x2a,
  minus: 0x2d,
  dot: 0x2e,
  slash: 0x2f,
  at: 0x40,
  bracket: 0x5b,
  backslash: 0x5c,
  backtick: 0x60,
  nbsp: 0xa0,
} as const

const QUOTES: ReadonlySet<number> = new Set([CHAR.singleQuote, CHAR.doubleQuote, CHAR.backtick])
const GLUED: ReadonlySet<string> = new Set(['from', 'union', 'where', 'and', 'or'])

/** Reads one token at a time, forward only, each byte once: who stops early pays for no more. */
export class Lexer {
  readonly text: Bytes
  readonly #dialect: Dialect
  readonly #budget: Budget
  at: number

  /** The token that was read last. */
  kind: number = T.end
  start = 0
  /** Of a name without quotes, in lower case; of an operator, itself; else empty. */
  word = ''
  /** A string or quoted name that nothing closes. */
  unclosed = false
  /** A number in hexadecimal, or a string with no text in it. */
  hexadecimal = false
  /** The quote of a string. */
  quote = 0

  /** Comments between tokens. */
  comments = 0
  /** Conditional comments of MySQL, opened. */
  conditional = 0
  #conditionalOpen = 0
  #void = false
  /** A comment that takes the rest of the value, and where its text begins. */
  tail = ''
  tailText = 0
  /** A word stood directly behind a number, or a string directly behind a word. */
  glued = false
  /** A number that only MySQL's own reading ends there (`1.e.name`, `0xunion`), or NUL for a blank. */
  trick = false
  /** Something was read that the other dialect reads in another way. */
  dialectal = false

  constructor(text: Bytes, from: number, dialect: Dialect, budget: Budget) {
    this.text = text
    this.at = from
    this.#dialect = dialect
    this.#budget = budget
  }

  is(kind: number): boolean {
    return this.kind === kind
  }

  next(): void {
    const from = this.at
    do {
      this.#void = false
      this.#skipBlanks()
      this.start = this.at
      this.word = ''
      this.unclosed = false
      this.hexadecimal = false
      if (this.at >= this.text.length) this.kind = T.end
      else this.kind = this.#read(this.text.charCodeAt(this.at))
    } while (this.#void)
    // Out of budget nothing is left to read; `inspect` sees why.
    if (!this.#budget.take(this.at - from + 1)) {
      this.at = this.text.length
      this.kind = T.end
    }
  }

  #read(code: number): number {
    const { text } = this
    if (isNameStart(code)) return this.#name()
    if (isDigit(code) || (code === CHAR.dot && isDigit(text.charCodeAt(this.at + 1)))) return this.#number()
    switch (code) {
      case CHAR.singleQuote:
      case CHAR.doubleQuote:
        return this.#string(code, this.#dialect === 'mysql')
      case CHAR.backtick:
        return this.#quotedName(code)
      case CHAR.bracket:
        this.dialectal = true
        return this.#dialect === 'standard' ? this.#quotedName(0x5d) : this.#single(T.other)
      case CHAR.at:
        return this.#variable()
      case CHAR.backslash:
        return this.#backslash()
      case CHAR.dollar:
        return this.#dollar()
      case 0x28:
        return this.#single(T.open)
      case 0x29:
        return this.#single(T.close)
      case 0x2c:
        return this.#single(T.comma)
      case 0x3b:
        return this.#single(T.semicolon)
      case CHAR.dot:
        return this.#single(T.dot)
      case 0x7b:
        return this.#single(T.braceOpen)
      case 0x7d:
        return this.#single(T.braceClose)
      case CHAR.hash:
        this.dialectal = true
        this.at++
        this.word = '#'
        return T.operator
      default:
        return this.#operator()
    }
  }

  #single(kind: number): number {
    this.at++
    return kind
  }

  #operator(): number {
    const { text, at } = this
    const candidates = OPERATORS.get(text[at] as string)
    if (candidates === undefined) return this.#single(T.other)
    for (const candidate of candidates) {
      if (!text.startsWith(candidate, at)) continue
      // `!=-1`, `->`: but `--` and `/*` were taken before.
      this.word = candidate
      this.at += candidate.length
      break
    }
    return T.operator
  }

  #name(): number {
    const { text } = this
    const start = this.at
    this.#skipNameParts()
    this.word = text.slice(start, this.at).toLowerCase()
    const code = text.charCodeAt(this.at)
    if (code === CHAR.singleQuote && this.#isStringPrefix()) {
      const escapes = this.word === 'e' || this.#dialect === 'mysql'
      if (this.word === 'q' || this.word === 'nq') return this.#oracleQuote()
      this.word = ''
      return this.#string(code, escapes)
    }
    if ((QUOTES.has(code) || code === CHAR.bracket) && GLUED.has(this.word)) this.glued = true
    return T.name
  }

  /** N'..' (all), E'..' (PostgreSQL), B'..', X'..', q'[..]' (Oracle), _utf8'..' (MySQL). */
  #isStringPrefix(): boolean {
    const { word } = this
    if (word.length === 1) return 'nebxq'.includes(word)
    return word === 'nq' || (word.length > 2 && word.startsWith('_'))
  }

  #oracleQuote(): number {
    const { text } = this
    const open = text[this.at + 1] ?? ''
    const close = ({ '[': ']', '(': ')', '{': '}', '<': '>' }[open] ?? open) + "'"
    const end = open === '' ? -1 : text.indexOf(close, this.at + 2)
    this.word = ''
    this.quote = 0
    this.unclosed = end < 0
    this.at = end < 0 ? text.length : end + 2
    return T.string
  }

  #skipNameParts(): void {
    const { text } = this
    for (let at = this.at; ; at++) {
      const code = text.charCodeAt(at)
      if (!(code < 0x100) || !isNamePart(code) || this.#isNbsp(at)) {
        this.at = at
        return
      }
    }
  }

  /** A0 is a blank of latin1 where it is no part of a character in UTF-8; C2 A0 is the blank in UTF-8. */
  #isNbsp(at: number): boolean {
    const code = this.text.charCodeAt(at)
    if (code === CHAR.nbsp) return at === 0 || this.text.charCodeAt(at - 1) < 0x80
    return code === 0xc2 && this.text.charCodeAt(at + 1) === CHAR.nbsp
  }

  #number(): number {
    const { text } = this
    const start = this.at
    const second = text.charCodeAt(start + 1) | TAB_TO_SPACE
    if (text.charCodeAt(start) === 0x30 && second === 0x78 && isHexDigit(text.charCodeAt(start + 2))) {
      this.at += 2
      while (isHexDigit(text.charCodeAt(this.at))) this.at++
      this.hexadecimal = true
      return T.number
    }
    this.#digits()
    if (this.at === start + 1 && second === 0x78) return this.#emptyHexadecimal()
    let fraction = false
    if (text.charCodeAt(this.at) === CHAR.dot) {
      // `1..2` and `1.e.name` are read by MySQL; `1.2.3` ends after `1.2`.
      fraction = true
      this.at++
      this.#digits()
    }
    const exponent = this.at
    if ((text.charCodeAt(exponent) | TAB_TO_SPACE) === 0x65) {
      const signed = /[+-]/.test(text[exponent + 1] ?? '') ? 1 : 0
      if (isDigit(text.charCodeAt(exponent + 1 + signed))) {
        this.at += 1 + signed
        this.#digits()
      } else if (fraction && this.#dialect === 'mysql' && !isNamePart(text.charCodeAt(exponent + 1))) {
        // `1.e` and no digit is nothing at all to MySQL: `1.e(`, `a 1.e.b`.
        this.at++
        this.trick = true
        this.dialectal = true
        this.#void = true
        return T.number
      }
    }
    return this.#afterNumber(fraction)
  }

  /** `0xUNION`: MySQL ends the number where no digit is. */
  #emptyHexadecimal(): number {
    const { text, at } = this
    const word = text.slice(at + 1, at + 12).toLowerCase()
    if (!/^(?:union|and|or|from|having)\b/.test(word)) return this.#afterNumber(false)
    this.at++
    this.trick = true
    return T.number
  }

  #digits(): void {
    while (isDigit(this.text.charCodeAt(this.at))) this.at++
  }

  /** A word behind a number: a keyword is the next token, anything else makes a name of both (`1st`, `80s`). */
  #afterNumber(fraction: boolean): number {
    const { text } = this
    const end = this.at
    if (!isNameStart(text.charCodeAt(end)) || this.#isNbsp(end)) return T.number
    this.#skipNameParts()
    const word = text.slice(end, Math.min(this.at, end + 12)).toLowerCase()
    const keyword = AFTER_NUMBER.has(word)
    const suffixed = !keyword && 'fd'.includes(word[0] as string) && AFTER_NUMBER.has(word.slice(1))
    if (keyword || suffixed) {
      this.at = suffixed ? end + 1 : end
      this.glued = true
      return T.number
    }
    this.word = ''
    return fraction ? T.number : T.quotedName
  }

  #string(quote: number, backslashes: boolean): number {
    const { text } = this
    this.quote = quote
    for (let at = this.at + 1; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === CHAR.backslash) {
        this.dialectal = true
        if (backslashes) at++
      } else if (code === quote) {
        if (text.charCodeAt(at + 1) === quote) at++
        else {
          this.at = at + 1
          return T.string
        }
      }
    }
    this.at = text.length
    this.unclosed = true
    return T.string
  }

  #quotedName(close: number): number {
    const end = this.text.indexOf(String.fromCharCode(close), this.at + 1)
    this.unclosed = end < 0
    this.at = end < 0 ? this.text.length : end + 1
    return T.quotedName
  }

  #variable(): number {
    const { text } = this
    this.at++
    if (text.charCodeAt(this.at) === CHAR.at) this.at++
    const code = text.charCodeAt(this.at)
    if (QUOTES.has(code)) this.#quotedName(code)
    else this.#skipNameParts()
    return T.variable
  }

  /** `\N` is NULL in MySQL; MSSQL reads `\` and `\1` as money. */
  #backslash(): number {
    const { text } = this
    this.at++
    if (text.charCodeAt(this.at) === 0x4e) this.at++
    else this.#digits()
    if (isNameStart(text.charCodeAt(this.at))) this.glued = true
    return T.number
  }

  /** `$tag$ .. $tag$` of PostgreSQL; else money of MSSQL (`$`, `$1.5`). */
  #dollar(): number {
    const { text } = this
    const start = this.at
    this.at++
    if (text.startsWith('.`', this.at)) return T.quotedName
    if (isDigit(text.charCodeAt(this.at)) || text.charCodeAt(this.at) === CHAR.dot) {
      this.#digits()
      if (text.charCodeAt(this.at) === CHAR.dot) this.at++
      this.#digits()
      return T.number
    }
    this.#skipTag()
    if (text.charCodeAt(this.at) !== CHAR.dollar) {
      return this.at === start + 1 ? T.number : T.other
    }
    const tag = text.slice(start, this.at + 1)
    const end = text.indexOf(tag, this.at + 1)
    this.quote = 0
    this.unclosed = end < 0
    this.at = end < 0 ? text.length : end + tag.length
    return T.string
  }

  #skipTag(): void {
    while (isNamePart(this.text.charCodeAt(this.at)) && this.text.charCodeAt(this.at) !== CHAR.dollar) this.at++
  }

  #skipBlanks(): void {
    const { text } = this
    while (this.at < text.length) {
      const code = text.charCodeAt(this.at)
      if (isBlank(code)) {
        if (code === 0) this.trick = true
        this.at++
      } else if (this.#isNbsp(this.at)) {
        this.at += code === CHAR.nbsp ? 1 : 2
        while (text.charCodeAt(this.at) === CHAR.nbsp) this.at++
      } else if (code === CHAR.minus && text.charCodeAt(this.at + 1) === CHAR.minus) {
        const follows = text.charCodeAt(this.at + 2)
        if (!isBlank(follows)) {
          this.dialectal = true
          if (this.#dialect === 'mysql') return
        }
        this.#lineComment('--')
      } else if (code === CHAR.hash && this.#dialect === 'mysql') {
        this.dialectal = true
        this.#lineComment('#')
      } else if (code === CHAR.slash && text.charCodeAt(this.at + 1) === CHAR.star) this.#blockComment()
      else if (code === CHAR.star && text.charCodeAt(this.at + 1) === CHAR.slash && this.#conditionalOpen > 0) {
        this.#conditionalOpen--
        this.at += 2
      } else return
    }
  }

  #lineComment(marker: string): void {
    const from = this.at + marker.length
    const end = this.text.indexOf('\n', from)
    if (end < 0) this.#takeRest(marker, from)
    else {
      this.comments++
      this.at = end + 1
    }
  }

  #blockComment(): void {
    const { text } = this
    const from = this.at + 2
    if (text.charCodeAt(from) === 0x21) {
      this.dialectal = true
      if (this.#dialect === 'mysql') {
        this.at = from + 1
        this.#version()
        this.conditional++
        this.#conditionalOpen++
        return
      }
    }
    let depth = 1
    for (let at = text.indexOf('*', from); at >= 0; at = text.indexOf('*', at + 1)) {
      if (text.charCodeAt(at + 1) === CHAR.slash) {
        depth--
        if (depth === 0) {
          this.comments++
          this.at = at + 2
          return
        }
      } else if (at > from && text.charCodeAt(at - 1) === CHAR.slash) {
        this.dialectal = true
        if (this.#dialect === 'standard') depth++
      }
    }
    this.#takeRest('/*', from)
  }

  /** Five or six digits, or fewer directly before a word; else they are code. */
  #version(): void {
    const from = this.at
    this.#digits()
    if (this.at - from < 5 && !isNameStart(this.text.charCodeAt(this.at))) this.at = from
  }

  /** Nothing more is to be read. */
  stop(): void {
    this.at = this.text.length
    this.kind = T.end
  }

  #takeRest(marker: string, from: number): void {
    this.tail = marker
    this.tailText = from
    this.at = this.text.length
  }
}
