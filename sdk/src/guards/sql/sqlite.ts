import { type Cursor, isBlank, isDigit, isNamePart, isNameStart } from './cursor.ts'

const LINE_END = /\n/g
const OPERATOR = /->>|->|<>|<=|>=|!=|==|<<|>>|\|\||./sy

/** The next token, as `sqlite3GetToken` reads it (tokenize.c of SQLite). */
export function readSqlite(cursor: Cursor): void {
  const code = cursor.code()
  const start = cursor.at
  if (isBlank(code)) cursor.at++
  else if (code === 0x27) cursor.quoted('string', start, code, false)
  else if (code === 0x22 || code === 0x60) cursor.quoted('name', start, code, false)
  else if (code === 0x5b) cursor.enclosed('name', 1, ']')
  else if (cursor.starts('--')) cursor.line(2, LINE_END)
  else if (cursor.starts('/*')) cursor.enclosed('comment', 2, '*/')
  else if (isDigit(code) || (code === 0x2e && isDigit(cursor.code(1)))) cursor.number()
  else if (isNameStart(code)) word(cursor)
  else if (code === 0x3f || code === 0x3a || code === 0x40 || code === 0x24 || code === 0x23) parameter(cursor)
  else {
    OPERATOR.lastIndex = start
    cursor.take('sign', OPERATOR.exec(cursor.text)?.[0].length ?? 1)
  }
}

/** `x'..'` is a blob. */
function word(cursor: Cursor): void {
  const start = cursor.at
  cursor.skipName()
  const blob = cursor.at === start + 1 && (cursor.code(-1) | 0x20) === 0x78 && cursor.code() === 0x27
  if (blob) cursor.quoted('string', start, 0x27, false)
  else cursor.keep('word', start)
}

/** `?`, `?12`, `:name`, `@name`, `$name`. */
function parameter(cursor: Cursor): void {
  let ahead = 1
  while (isNamePart(cursor.code(ahead))) ahead++
  const alone = ahead === 1 && cursor.code() !== 0x3f
  cursor.take(alone ? 'sign' : 'parameter', ahead)
}
