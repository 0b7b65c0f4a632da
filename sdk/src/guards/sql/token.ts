/** The languages that whole queries are read in. Each is read exactly as its server reads it, given the settings. */
export type SqlDialect = 'postgresql' | 'mysql' | 'sqlite'

/** Settings of a server that change where literals end. */
export interface SqlSettings {
  /** Of MySQL's `sql_mode`: `"..."` is a name; a backslash in a literal means itself. */
  readonly ansiQuotes?: boolean
  readonly noBackslashEscapes?: boolean
  /** PostgreSQL with `standard_conforming_strings = off`: a backslash escapes in every literal. */
  readonly backslashEscapes?: boolean
}

export type TokenKind = 'word' | 'number' | 'string' | 'name' | 'comment' | 'parameter' | 'sign'

export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
  /** What stands between the delimiters of a string, quoted name or comment; else the token. */
  readonly from: number
  readonly to: number
  /** In a string: the byte that is written twice to mean itself, and whether a backslash escapes. */
  readonly quote: number
  readonly backslashes: boolean
}

export interface Tokens {
  readonly list: readonly Token[]
  /** Offsets in the middle of an escape: the second byte of `''`, of `\x`. */
  readonly splits: ReadonlySet<number>
}
