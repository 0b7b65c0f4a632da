import { readClause } from './clauses.ts'
import { FRAME } from './frame.ts'
import { isValue } from './field.ts'
import { readPath, readString } from './operand.ts'
import type { Reading } from './reading.ts'
import { statementHead, WITHOUT_SEMICOLON } from './statements.ts'
import { COMPARISONS, T } from './token.ts'
import { ARITHMETIC, BOOLEAN, COMPARE, EFFECT, RESERVED } from './words.ts'

/** Where an operand is there: false where the current token continues nothing. */
export function readOperator(reading: Reading): boolean {
  const { lexer, facts } = reading
  const { kind } = lexer
  switch (kind) {
    case T.name:
      return word(reading)
    case T.operator:
      return operator(reading, lexer.word)
    case T.string:
      // Adjacent strings are one; an alias may be a string.
      if (reading.left !== 'string' && (reading.frame & FRAME.list) === 0) return false
      // What the context's quote closes here is quoted talk, and the value's own text behind it.
      if (lexer.unclosed && lexer.quote === reading.quote) return lastQuote(reading)
      return readString(reading)
    case T.quotedName:
      if (reading.frame & FRAME.aliased || (reading.frame & (FRAME.list | FRAME.tables)) === 0) return false
      reading.frame |= FRAME.aliased
      lexer.next()
      return true
    case T.comma:
      reading.frame &= ~FRAME.aliased
      if (reading.frame & (FRAME.list | FRAME.tables | FRAME.call)) reading.show(2)
      facts.commas++
      reading.have = false
      lexer.next()
      return true
    case T.close:
      if (reading.frame & FRAME.case) return false
      return reading.pop()
    case T.braceClose:
      if ((reading.frame & FRAME.brace) === 0) return false
      return reading.pop()
    case T.semicolon:
      return statementHead(reading, true)
    case T.dot:
      lexer.next()
      if (!lexer.is(T.name) && !lexer.is(T.quotedName)) return false
      return readPath(reading, `.${lexer.word}`)
    case T.open:
      return subquery(reading)
    default:
      return false
  }
}

/** `1 (select ..)`, `-1 #union (select ..`: no SQL, and yet what filters and servers are tried with. */
function subquery(reading: Reading): boolean {
  const { facts, lexer, quote } = reading
  if (quote === 0 && facts.first !== 'literal' && facts.closed === 0) return false
  reading.push(0)
  lexer.next()
  return lexer.comments > 0 || (lexer.is(T.name) && lexer.word === 'select')
}

/** The value brings its own last quote, and the context's makes an empty string of it. */
function lastQuote(reading: Reading): boolean {
  if (reading.lexer.start + 1 < reading.lexer.text.length) return false
  reading.facts.closedByContext = true
  reading.facts.lastString = reading.lexer.text.length
  reading.lexer.stop()
  return true
}

function operator(reading: Reading, word: string): boolean {
  if (word === '!' || word === '~' || word === '#' || word === ':') return false
  if (word === '::') return typeName(reading)
  if (word === '||' || word === '&&') return boolean(reading, word)
  if (COMPARISONS.has(word)) return comparison(reading, word)
  return operation(reading, word)
}

function typeName(reading: Reading): boolean {
  reading.lexer.next()
  if (!reading.lexer.is(T.name)) return false
  reading.lexer.next()
  return true
}

function binary(reading: Reading, word: string): boolean {
  const { facts, lexer } = reading
  facts.operators++
  facts.operator = word
  reading.have = false
  lexer.next()
  return true
}

function boolean(reading: Reading, word: string): boolean {
  if (word === 'and' && reading.between > 0) {
    reading.between--
    return binary(reading, word)
  }
  // f(a || b) is of every language.
  if (reading.inCalls === 0 || reading.facts.selects > 0) reading.facts.booleans++
  reading.comparing = false
  return binary(reading, word)
}

function comparison(reading: Reading, word: string): boolean {
  const { facts } = reading
  if (facts.booleans > 0) facts.comparedAfter++
  else facts.comparedBefore++
  reading.compares()
  return binary(reading, word)
}

function operation(reading: Reading, word: string): boolean {
  const { facts } = reading
  const names = reading.left === 'name'
  const answer = binary(reading, word)
  const { kind } = reading.lexer
  if (!names || kind === T.number || kind === T.string || kind === T.variable || kind === T.open) {
    facts.operations++
    if (facts.booleans > 0) facts.operationsAfter++
  }
  return answer
}

function word(reading: Reading): boolean {
  const { lexer } = reading
  const { word } = lexer
  if (BOOLEAN.has(word)) return boolean(reading, word)
  if (word === 'not' || COMPARE.has(word)) return wordComparison(reading, word)
  if (ARITHMETIC.has(word)) return operation(reading, word)
  if (word === 'isnull' || word === 'notnull') {
    reading.facts.comparedAfter++
    lexer.next()
    return true
  }
  if (reading.interval) {
    reading.interval = false
    lexer.next()
    return true
  }
  const clause = readClause(reading, word)
  if (clause !== undefined) return clause
  if (reading.frame & FRAME.call && (reading.frame & FRAME.tables) === 0) {
    // Arguments with words between them: CAST(a AS char(1)), EXTRACT(day FROM a), CONVERT(a USING utf8).
    reading.facts.loose = true
    lexer.next()
    return true
  }
  return alias(reading, word)
}

function wordComparison(reading: Reading, word: string): boolean {
  const { lexer } = reading
  let operator = word
  if (word === 'not') {
    lexer.next()
    if (!lexer.is(T.name) || !COMPARE.has(lexer.word)) return false
    operator = `not ${lexer.word}`
  }
  if (lexer.word === 'between') reading.between++
  const answer = comparison(reading, operator)
  if (operator === 'in' && lexer.is(T.name) && lexer.word === 'boolean') return booleanMode(reading)
  if (lexer.is(T.name) && (lexer.word === 'like' || lexer.word === 'to' || lexer.word === 'of')) {
    // SOUNDS LIKE, SIMILAR TO, MEMBER OF
    if (operator.endsWith('sounds') || operator.endsWith('similar') || operator.endsWith('member')) lexer.next()
  } else if (operator.endsWith('sounds')) return false
  reading.facts.operator = operator.endsWith('sounds') ? 'sounds like' : operator
  return answer
}

/** IN BOOLEAN MODE, of AGAINST (..) */
function booleanMode(reading: Reading): boolean {
  reading.lexer.next()
  if (reading.lexer.word !== 'mode') return false
  reading.have = true
  reading.lexer.next()
  return true
}

function alias(reading: Reading, word: string): boolean {
  // MSSQL begins a statement without a semicolon.
  if (WITHOUT_SEMICOLON.has(word)) return reading.depth === 0 && statementHead(reading, false)
  if (EFFECT.has(word) && followsValue(reading)) return readPath(reading, word)
  const place = FRAME.list | FRAME.tables
  if ((reading.frame & place) === 0 || reading.frame & FRAME.aliased || RESERVED.has(word)) return false
  if (reading.left === 'name' && reading.pending !== undefined) reading.pending.prose = true
  reading.frame |= FRAME.aliased
  reading.lexer.next()
  return true
}

/** `a' sleep(5) '`: where a form took the `+` for a blank. Talk has a blank before its quotes. */
function followsValue({ facts, before, quote, lexer }: Reading): boolean {
  const called = lexer.text.charCodeAt(lexer.at) === 0x28
  return called && quote !== 0 && facts.operands === 0 && before.length > 2 && isValue(before)
}
