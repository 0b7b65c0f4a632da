import { readClause } from './clauses.ts'
import { FRAME } from './frame.ts'
import type { Reading } from './reading.ts'
import { statementHead } from './statements.ts'
import { T } from './token.ts'
import {
  CHARACTER,
  CONSTANT,
  EFFECT,
  INFORMATION,
  PREFIX,
  QUANTIFIER,
  RESERVED,
  SET_OPERATION,
  SYSTEM_SCHEMA,
} from './words.ts'

/** Where an operand is wanted: false where the current token begins none. */
export function readOperand(reading: Reading): boolean {
  const { lexer, facts } = reading
  const { kind } = lexer
  switch (kind) {
    case T.number:
      return reading.took('literal')
    case T.string:
      return readString(reading)
    case T.variable:
      return reading.took('variable')
    case T.name:
      return name(reading)
    case T.quotedName:
      return readPath(reading, '')
    case T.operator:
      return unary(reading)
    case T.open:
      reading.first('paren')
      facts.parentheses++
      reading.push(facts.operator === 'against' ? FRAME.call : 0)
      lexer.next()
      return true
    case T.close:
      // A call without arguments.
      if ((reading.frame & FRAME.call) === 0 || reading.comparing) return false
      if (reading.asking) facts.information++
      return reading.pop()
    case T.dot:
      // SELECT.`a`
      lexer.next()
      return (lexer.is(T.quotedName) || (lexer.is(T.name) && lexer.trick)) && readPath(reading, lexer.word)
    case T.braceOpen:
      lexer.next()
      if (!lexer.is(T.name)) return false
      reading.push(FRAME.brace)
      lexer.next()
      return true
    default:
      return false
  }
}

function unary(reading: Reading): boolean {
  const { lexer } = reading
  const { word } = lexer
  if (word === '*' && reading.frame & (FRAME.list | FRAME.call)) return reading.took('star')
  if (word !== '+' && word !== '-' && word !== '!' && word !== '~' && word !== '!~') return false
  if (word !== '+' && word !== '-' && reading.facts.booleans > 0) reading.facts.logical = true
  lexer.next()
  return true
}

/** A string; the context's own text behind the value may be its end. */
export function readString(reading: Reading): boolean {
  const { lexer, facts } = reading
  // FROM 'a' names no table.
  if (reading.frame & FRAME.tables && !reading.have && lexer.quote === 0x27) return false
  if (reading.frame & FRAME.tables) facts.tables++
  facts.closedByContext = lexer.unclosed && lexer.quote === reading.quote
  facts.lastString = lexer.start + 1
  // Nothing but the context's own text: it shows nothing of a list.
  if (facts.closedByContext && lexer.start + 1 < lexer.text.length && reading.pending?.shown === 0)
    reading.pending = undefined
  return reading.took('string')
}

function name(reading: Reading): boolean {
  const { lexer } = reading
  const { word } = lexer
  if (word === 'select') return select(reading)
  if (word === 'begin' && reading.depth > 0) return statementHead(reading, false)
  if (PREFIX.has(word) || (reading.frame & FRAME.list && QUANTIFIER.has(word))) {
    if (word === 'not' && reading.facts.booleans > 0) reading.facts.logical = true
    lexer.next()
    return true
  }
  if (word === 'case') {
    reading.first('case')
    reading.facts.inCase++
    reading.push(FRAME.case)
    lexer.next()
    return true
  }
  if (word === 'when' && (reading.frame & FRAME.case) === 0) return false
  if (word === 'interval') reading.interval = true
  if (word === 'when' || word === 'interval' || (word === 'match' && reading.facts.booleans > 0)) {
    lexer.next()
    return true
  }
  // `-union select ..`: no SQL, and yet what filters are tried with.
  if (SET_OPERATION.has(word) && reading.facts.operands === 0 && reading.depth === 0)
    return readClause(reading, word) === true
  if (RESERVED.has(word) && lexer.text.charCodeAt(lexer.at) !== 0x28) return false
  return readPath(reading, word)
}

/** `name`, `a.b.c`, `a..b`, `$.b`, and calls of them. */
export function readPath(reading: Reading, first: string): boolean {
  const { lexer } = reading
  const constant = CONSTANT.has(first)
  if (first === 'true' && reading.facts.booleans > 0) reading.facts.logical = true
  if (lexer.is(T.quotedName)) reading.show(1)
  let path = first
  let last = first
  lexer.next()
  while (lexer.is(T.dot)) {
    lexer.next()
    if (lexer.is(T.dot)) continue
    if (lexer.is(T.end)) break
    if (lexer.is(T.operator) && lexer.word === '*') {
      lexer.next()
      return reading.taken('star')
    }
    if (!lexer.is(T.name) && !lexer.is(T.quotedName)) return false
    path = SYSTEM_SCHEMA.has(last) ? lexer.word : `${path}.${lexer.word}`
    last = lexer.word
    lexer.next()
  }
  reading.name = path
  if (lexer.is(T.open)) return call(reading, path)
  if (reading.frame & FRAME.tables) {
    if (reading.depth === 0 && (reading.frame & FRAME.select) === 0) reading.facts.looseTables++
    reading.facts.tables++
    return reading.taken('name')
  }
  return reading.taken(constant ? 'constant' : 'name')
}

function call(reading: Reading, path: string): boolean {
  const { facts, lexer } = reading
  const beginning = facts.operands === 0 && facts.parentheses === 0 && reading.quote === 0 && facts.first === 'none'
  // `and 5=convert(..)` at the beginning of a value: what follows need not be right to be meant.
  if (reading.comparing && reading.left === 'literal' && facts.first === 'operator' && facts.booleans > 0)
    reading.found('boolean', 'adds a condition that compares a number with a call')
  reading.first('call')
  facts.calls++
  if (EFFECT.has(path)) {
    // `sleep(5)` may be somebody's program; a call within a query is none.
    if ((beginning && !reading.have) || facts.first === 'name') facts.effect = path
    else reading.found('effect', `calls ${path}()`)
  } else if (CHARACTER.has(path)) facts.characters++
  reading.asking = INFORMATION.has(path)
  reading.show(2)
  reading.push(FRAME.call)
  lexer.next()
  return true
}

function select(reading: Reading): boolean {
  const { lexer, facts } = reading
  const first = facts.first === 'none'
  reading.first('select')
  facts.selects++
  reading.frame = (reading.frame & (FRAME.call | FRAME.case | FRAME.brace)) | FRAME.list | FRAME.select
  if (reading.depth > 0 && !reading.facts.statement) reading.expect('subselect', 'a subquery', 2)
  else if (first && reading.depth === 0) reading.pending = undefined
  lexer.next()
  top(reading)
  return true
}

/** TOP 1, TOP (1) of MSSQL. */
function top(reading: Reading): void {
  const { lexer } = reading
  if (!lexer.is(T.name) || lexer.word !== 'top') return
  lexer.next()
  if (lexer.is(T.number)) lexer.next()
}
