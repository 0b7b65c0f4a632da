import { CLASS } from '../classes.ts'
import type { Bytes } from '../types.ts'
import type { Dialect } from './token.ts'

/** A place in a query that a value may be put into. */
export interface Context {
  readonly name: string
  /** The byte that ends it; 0 where nothing has to end. */
  readonly quote: number
  /** Dialects find its end in different places. */
  readonly dialectal: boolean
  /** Where the value goes on behind the end of the context: -1 where it never ends it. */
  readonly from: (value: Bytes, dialect: Dialect) => number
}

const BACKSLASH = 0x5c

const AS_IS: Context = { name: 'as is', quote: 0, dialectal: false, from: () => 0 }
const SINGLE = quoted("in '...'", "'", true)
const DOUBLE = quoted('in "..."', '"', true)
const BACKTICK = quoted('in `...`', '`', false)
const BRACKET = quoted('in [...]', ']', false)
const COMMENT: Context = {
  name: 'in /* ... */',
  quote: 0,
  dialectal: false,
  from: (value) => {
    const end = value.indexOf('*/')
    return end < 0 ? -1 : end + 2
  },
}

function quoted(name: string, quote: string, escapes: boolean): Context {
  const code = quote.charCodeAt(0)
  return {
    name,
    quote: code,
    dialectal: escapes,
    from: (value, dialect) => endOf(value, code, escapes && dialect === 'mysql'),
  }
}

/** Behind the first quote that is not doubled and, in MySQL, not escaped. */
function endOf(value: Bytes, quote: number, backslashes: boolean): number {
  const mark = String.fromCharCode(quote)
  let at = value.indexOf(mark)
  while (at >= 0) {
    if (value.charCodeAt(at + 1) === quote) at = value.indexOf(mark, at + 2)
    else if (backslashes && isEscaped(value, at)) at = value.indexOf(mark, at + 1)
    else return at + 1
  }
  return -1
}

function isEscaped(value: Bytes, at: number): boolean {
  let backslashes = 0
  while (value.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}

/** Those that the value could end. */
export function contextsOf(value: Bytes, classes: number): readonly Context[] {
  const contexts = [AS_IS]
  if (classes & CLASS.singleQuote) contexts.push(SINGLE)
  if (classes & CLASS.doubleQuote) contexts.push(DOUBLE)
  if (classes & CLASS.backtick) contexts.push(BACKTICK)
  if (classes & CLASS.bracket && value.includes(']')) contexts.push(BRACKET)
  if (classes & CLASS.operator && value.includes('*/')) contexts.push(COMMENT)
  return contexts
}
