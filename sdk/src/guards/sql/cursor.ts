import type { Token, TokenKind, Tokens } from './token.ts'

const BACKSLASH = 0x5c
export const isBlank = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d)
export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
/** Letters, `_` and every byte of other scripts, as the scanners of all three servers have it. */
export const isNameStart = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80
export const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code) || code === 0x24

const NUMBER = /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y

/** Reads a query forwards, each byte once, and keeps its tokens. `text` is UTF-8, one character a byte. */
export class Cursor {
  readonly text: string
  at = 0
  readonly #list: Token[] = []
  readonly #splits = new Set<number>()

  constructor(text: string) {
    this.text = text
  }

  get tokens(): Tokens {
    return { list: this.#list, splits: this.#splits }
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead)
  }

  starts(mark: string): boolean {
    return this.text.startsWith(mark, this.at)
  }

  /** The token from `start` to here. */
  keep(kind: TokenKind, start: number): void {
    this.#list.push({ kind, start, end: this.at, from: start, to: this.at, quote: 0, backslashes: false })
  }

  /** The next so many bytes as one token. */
  take(kind: TokenKind, length: number): void {
    const start = this.at
    this.at += length
    this.keep(kind, start)
  }

  number(): void {
    const start = this.at
    NUMBER.lastIndex = start
    this.at = NUMBER.test(this.text) ? NUMBER.lastIndex : start + 1
    this.keep('number', start)
  }

  skipName(): void {
    while (isNamePart(this.code())) this.at++
  }

  /**
   * What a quote encloses: the quote written twice means itself, and with `backslashes` so does whatever stands behind one.
   * @param start of the token, before a prefix
   */
  quoted(kind: 'string' | 'name', start: number, quote: number, backslashes: boolean): void {
    const { text } = this
    const from = this.at + 1
    let at = from
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (backslashes && code === BACKSLASH) this.#splits.add(++at)
      else if (code === quote) {
        if (text.charCodeAt(at + 1) !== quote) break
        this.#splits.add(++at)
      }
    }
    const to = Math.min(at, text.length)
    this.at = Math.min(at + 1, text.length)
    this.#list.push({ kind, start, end: this.at, from, to, quote, backslashes })
  }

  /** To the next `end`, or to the end of the text: nothing in it is escaped. */
  enclosed(kind: 'string' | 'name' | 'comment', opened: number, end: string): void {
    const start = this.at
    const found = this.text.indexOf(end, start + opened)
    const to = found < 0 ? this.text.length : found
    this.at = found < 0 ? to : to + end.length
    this.#list.push({ kind, start, end: this.at, from: start + opened, to, quote: 0, backslashes: false })
  }

  /** To the end of the line, which is not part of it. */
  line(opened: number, ends: RegExp): void {
    const start = this.at
    ends.lastIndex = start
    this.at = ends.exec(this.text)?.index ?? this.text.length
    this.#list.push({
      kind: 'comment',
      start,
      end: this.at,
      from: start + opened,
      to: this.at,
      quote: 0,
      backslashes: false,
    })
  }

  /** Comments of PostgreSQL lie in each other. */
  nested(): void {
    const { text } = this
    const start = this.at
    let depth = 0
    let at = start
    for (; at < text.length; at++) {
      if (text.charCodeAt(at) === 0x2f && text.charCodeAt(at + 1) === 0x2a) {
        depth++
        at++
      } else if (text.charCodeAt(at) === 0x2a && text.charCodeAt(at + 1) === 0x2f) {
        depth--
        at++
        if (depth === 0) break
      }
    }
    this.at = Math.min(at + 1, text.length)
    const to = depth === 0 ? this.at - 2 : this.at
    this.#list.push({ kind: 'comment', start, end: this.at, from: start + 2, to, quote: 0, backslashes: false })
  }
}
