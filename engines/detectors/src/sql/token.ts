/** Kinds of tokens. */
export const T = {
  end: 0,
  number: 1,
  string: 2,
  name: 3,
  quotedName: 4,
  variable: 5,
  operator: 6,
  comma: 7,
  open: 8,
  close: 9,
  semicolon: 10,
  dot: 11,
  braceOpen: 12,
  braceClose: 13,
  other: 14,
} as const

/**
 * Where dialects read the same bytes in another way. `mysql`: backslash escapes, `#` begins a comment, `--` only before a blank,
 * code in conditional comments. `standard` (PostgreSQL, SQLite, MSSQL, Oracle): none of these; comments nest, dollar quotes,
 * brackets around names.
 */
export type Dialect = 'mysql' | 'standard'

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

export const isHexDigit = (code: number): boolean =>
  isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66)

/** Letters, `_`, and all bytes of other scripts. */
export const isNameStart = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80

export const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code) || code === 0x24

/** All control characters are blank to one database or another (MSSQL: 01 to 20; MySQL: 09 to 0D and A0). */
export const isBlank = (code: number): boolean => code <= 0x20

/** Operators of more than one character, longest first for each first character. */
export const OPERATORS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '<': ['<=>', '<>', '<=', '<<', '<@', '<'],
    '>': ['>=', '>>', '>'],
    '!': ['!=', '!<', '!>', '!~', '!'],
    '=': ['==', '='],
    '|': ['||', '|'],
    '&': ['&&', '&'],
    ':': ['::', ':=', ':'],
    '-': ['->>', '->', '-'],
    '^': ['^=', '^'],
    '~': ['~*', '~'],
    '+': ['+'],
    '*': ['*'],
    '/': ['/'],
    '%': ['%'],
  }),
)

export const COMPARISONS: ReadonlySet<string> = new Set('= == <=> <> <= < >= > != !< !> !~ ^= ~* <@'.split(' '))
