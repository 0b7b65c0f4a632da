import { type Cursor, isBlank, isDigit, isNamePart, isNameStart } from './cursor.ts'
import type { SqlSettings } from './token.ts'

const LINE_END = /[\n\r]/g
const OPERATOR = '+-*/<>=~!@#%^&|`?'
const isTagPart = (code: number): boolean => isNamePart(code) && code !== 0x24

/** The next token, as the scanner of PostgreSQL reads it (its manual, section 4.1). */
export function readPostgresql(cursor: Cursor, { backslashEscapes = false }: SqlSettings): void {
  const code = cursor.code()
  const start = cursor.at
  if (isBlank(code)) cursor.at++
  else if (code === 0x27) cursor.quoted('string', start, 0x27, backslashEscapes)
  else if (code === 0x22) cursor.quoted('name', start, 0x22, false)
  else if (cursor.starts('--')) cursor.line(2, LINE_END)
  else if (cursor.starts('/*')) cursor.nested()
  else if (isNameStart(code)) word(cursor, backslashEscapes)
  else if (isDigit(code) || (code === 0x2e && isDigit(cursor.code(1)))) cursor.number()
  else if (code === 0x24) dollar(cursor)
  else if (isOperator(code)) operator(cursor)
  else cursor.take('sign', 1)
}

/** `E'..'` knows backslashes; `B'..'`, `X'..'`, `N'..'` and `U&'..'` end as plain ones do (4.1.2.2, 4.1.2.3). */
function word(cursor: Cursor, backslashEscapes: boolean): void {
  const start = cursor.at
  const unicode = /[uU]&['"]/y
  unicode.lastIndex = start
  if (unicode.test(cursor.text)) {
    cursor.at += 2
    const quote = cursor.code()
    return cursor.quoted(quote === 0x27 ? 'string' : 'name', start, quote, false)
  }
  cursor.skipName()
  const prefix = cursor.at === start + 1 && cursor.code() === 0x27 ? (cursor.text[start] ?? '').toLowerCase() : ''
  if (prefix === 'e') cursor.quoted('string', start, 0x27, true)
  else if ('bxn'.includes(prefix) && prefix !== '') {
    cursor.quoted('string', start, 0x27, prefix === 'n' && backslashEscapes)
  } else cursor.keep('word', start)
}

/** `$1`, and `$tag$..$tag$` (4.1.2.4). */
function dollar(cursor: Cursor): void {
  const start = cursor.at
  let ahead = 1
  if (isDigit(cursor.code(1))) {
    while (isDigit(cursor.code(ahead))) ahead++
    return cursor.take('parameter', ahead)
  }
  while (isTagPart(cursor.code(ahead))) ahead++
  if (cursor.code(ahead) !== 0x24) return cursor.take('sign', 1)
  const tag = cursor.text.slice(start, start + ahead + 1)
  cursor.enclosed('string', tag.length, tag)
}

/** As long as it goes, but a comment begins in it (4.1.3). */
function operator(cursor: Cursor): void {
  const start = cursor.at
  while (isOperator(cursor.code()) && !(cursor.at > start && (cursor.starts('--') || cursor.starts('/*')))) cursor.at++
  cursor.keep('sign', start)
}

const OPERATORS = new Set(Buffer.from(OPERATOR))
const isOperator = (code: number): boolean => OPERATORS.has(code)
