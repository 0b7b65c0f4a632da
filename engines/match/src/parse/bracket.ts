import { type ByteSet, complement, setOf, union, withCases } from '../bytes.ts'
import { escapedClasses, posixClasses } from './classes.ts'
import { type Cursor, peek, refuse, take, takeMatch } from './cursor.ts'
import { takeEscapedByte } from './escape.ts'

/** A bracketed class, the cursor behind its `[` (pcre2pattern(3), "Square brackets and character classes"). */
export function takeBracket(cursor: Cursor, ignoreCase: boolean, groups: number): ByteSet {
  const opened = cursor.at - 1
  const negated = take(cursor, '^')
  let all = setOf()
  let quoted = false
  for (let first = true; first || quoted || peek(cursor) !== ']'; first = false) {
    if (cursor.at >= cursor.source.length) return refuse('syntax', opened, 'a class without its ]')
    if (quoted ? take(cursor, '\\E') : take(cursor, '\\Q')) {
      quoted = !quoted
      continue
    }
    if (!quoted && take(cursor, '\\E')) continue
    const item = quoted ? literal(cursor) : takeItem(cursor, ignoreCase, groups)
    all = union(all, typeof item === 'number' ? range(cursor, item, quoted, groups) : item)
  }
  cursor.at++
  const folded = ignoreCase ? withCases(all) : all
  return negated ? complement(folded) : folded
}

function takeItem(cursor: Cursor, ignoreCase: boolean, groups: number): ByteSet | number {
  const at = cursor.at
  if (peek(cursor) === '[') {
    const posix = takeMatch(cursor, /\[([:.=])(\^?)(\w*)\1\]/y)
    if (posix !== undefined) return posixClass(posix, ignoreCase, at)
  }
  if (!take(cursor, '\\')) return literal(cursor)
  if (take(cursor, 'b')) return 8
  const byte = takeEscapedByte(cursor, true, groups)
  if (byte !== undefined) return byte
  const named = escapedClasses.get(peek(cursor))
  if (named === undefined) return refuseEscape(peek(cursor), at)
  cursor.at++
  return named
}

function posixClass([, kind, negated, name = '']: RegExpExecArray, ignoreCase: boolean, at: number): ByteSet {
  if (kind !== ':') return refuse('unsupported', at, 'collating elements')
  const found = posixClasses.get(name)
  if (found === undefined) return refuse('syntax', at, `no POSIX class is called ${name}`)
  const folded = ignoreCase ? withCases(found) : found
  return negated === '^' ? complement(folded) : folded
}

function literal(cursor: Cursor): number {
  const code = cursor.source.charCodeAt(cursor.at++)
  return code > 255 ? refuse('unsupported', cursor.at - 1, 'a character beyond latin1: write its bytes') : code
}

/** A hyphen before a class or before `]` is a hyphen. */
function range(cursor: Cursor, first: number, quoted: boolean, groups: number): ByteSet {
  const at = cursor.at
  if (quoted || peek(cursor) !== '-' || peek(cursor, 1) === ']' || peek(cursor, 1) === '') return setOf(first)
  cursor.at++
  const last = takeItem(cursor, false, groups)
  if (typeof last !== 'number') {
    cursor.at = at
    return setOf(first)
  }
  return last < first ? refuse('syntax', at, 'a range in the wrong order') : setOf([first, last])
}

function refuseEscape(letter: string, at: number): never {
  if (/[pPXRN]/.test(letter)) return refuse('unsupported', at, `\\${letter} in a class`)
  return refuse('syntax', at, `\\${letter} means nothing in a class`)
}
