import { type Cursor, isBlank, isDigit, isNamePart, isNameStart } from './cursor.ts'
import type { SqlSettings } from './token.ts'

const LINE_END = /\n/g
const OPERATOR = /<=>|->>|->|:=|<>|<=|>=|!=|<<|>>|\|\||&&|./sy
/** `/*!`, `/*!50001` and MariaDB's `/*M!`: what follows is code. */
const CONDITIONAL = /\/\*M?!(?:\d{5,6})?/y

/** The next token, as the scanner of MySQL and MariaDB reads it (MySQL's manual, sections 11.1, 11.2 and 11.7). */
export function readMysql(cursor: Cursor, { ansiQuotes = false, noBackslashEscapes = false }: SqlSettings): void {
  const code = cursor.code()
  const start = cursor.at
  if (isBlank(code)) cursor.at++
  else if (code === 0x27) cursor.quoted('string', start, code, !noBackslashEscapes)
  else if (code === 0x22) {
    cursor.quoted(ansiQuotes ? 'name' : 'string', start, code, !ansiQuotes && !noBackslashEscapes)
  } else if (code === 0x60) cursor.quoted('name', start, code, false)
  else if (code === 0x23) cursor.line(1, LINE_END)
  else if (cursor.starts('--') && isCommentBlank(cursor.code(2))) cursor.line(2, LINE_END)
  else if (cursor.starts('/*')) comment(cursor)
  // The end of a conditional comment.
  else if (cursor.starts('*/')) cursor.take('comment', 2)
  else if (isDigit(code) || (code === 0x2e && isDigit(cursor.code(1)))) number(cursor)
  else if (isNameStart(code) || code === 0x24) word(cursor, noBackslashEscapes)
  else if (code === 0x3f) cursor.take('parameter', 1)
  else if (code === 0x40) cursor.take('sign', cursor.code(1) === 0x40 ? 2 : 1)
  else operator(cursor)
}

/** Behind `--` stands a blank, a control character or nothing (11.7). */
function isCommentBlank(code: number): boolean {
  return Number.isNaN(code) || code <= 0x20 || code === 0x7f
}

function comment(cursor: Cursor): void {
  CONDITIONAL.lastIndex = cursor.at
  const conditional = CONDITIONAL.exec(cursor.text)?.[0]
  if (conditional === undefined) cursor.enclosed('comment', 2, '*/')
  else cursor.take('comment', conditional.length)
}

/** A name may begin with digits: `1st`. */
function number(cursor: Cursor): void {
  const start = cursor.at
  while (isDigit(cursor.code())) cursor.at++
  const behind = cursor.code()
  const hexadecimal = cursor.at === start + 1 && (behind === 0x78 || behind === 0x62)
  if (cursor.at > start && isNamePart(behind) && !hexadecimal && behind !== 0x65 && behind !== 0x45) {
    cursor.skipName()
    return cursor.keep('word', start)
  }
  cursor.at = start
  cursor.number()
}

/** `N'..'` and `_utf8mb4'..'` are texts as plain ones are; `X'..'` and `B'..'` have no escapes (11.1.1, 11.1.4). */
function word(cursor: Cursor, noBackslashEscapes: boolean): void {
  const start = cursor.at
  cursor.skipName()
  const quote = cursor.code()
  if (quote === 0x27) {
    const prefix = cursor.text.slice(start, cursor.at).toLowerCase()
    if (prefix === 'x' || prefix === 'b') return cursor.quoted('string', start, quote, false)
    if (prefix === 'n') return cursor.quoted('string', start, quote, !noBackslashEscapes)
  }
  cursor.keep('word', start)
}

function operator(cursor: Cursor): void {
  OPERATOR.lastIndex = cursor.at
  cursor.take('sign', OPERATOR.exec(cursor.text)?.[0].length ?? 1)
}
