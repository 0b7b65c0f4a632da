import { FRAME } from './frame.ts'
import type { Reading } from './reading.ts'
import { T } from './token.ts'
import { JOIN, QUANTIFIER, SET_OPERATION } from './words.ts'

/** Reads a word behind an operand as the beginning of a clause: undefined when it begins none, false when it cannot stand here. */
export function readClause(reading: Reading, word: string): boolean | undefined {
  if (SET_OPERATION.has(word)) return setOperation(reading, word)
  if (JOIN.has(word) && reading.frame & FRAME.tables) return join(reading)
  return CLAUSES.get(word)?.(reading)
}

/** UNION [ALL] [(]* SELECT */
function setOperation(reading: Reading, word: string): boolean {
  const { lexer, facts } = reading
  lexer.next()
  if (lexer.is(T.name) && QUANTIFIER.has(lexer.word)) lexer.next()
  let parentheses = 0
  while (lexer.is(T.open) || (lexer.is(T.operator) && '+-'.includes(lexer.word))) {
    if (lexer.is(T.open)) parentheses++
    lexer.next()
  }
  const numbered = facts.first === 'literal' && facts.operands === 1 && reading.quote === 0
  if (lexer.is(T.end) && (numbered || (facts.first !== 'name' && (lexer.comments > 0 || lexer.tail !== '')))) {
    reading.found(word, `${word.toUpperCase()} behind a value`)
    return true
  }
  if (lexer.is(T.end) && reading.quote !== 0) return true
  if (!lexer.is(T.name) || (lexer.word !== 'select' && lexer.word !== 'values')) return false
  if (facts.statement && reading.depth === 0) {
    // A whole query with UNION is a query, as people write it down.
    reading.frame = FRAME.list | FRAME.select
    lexer.next()
    reading.have = false
    return true
  }
  const bare = facts.first === 'name' || (facts.first === 'none' && reading.quote === 0)
  const obscured = parentheses > 0 || lexer.comments > 0 || lexer.conditional > 0 || lexer.glued
  reading.frame = (reading.frame & (FRAME.call | FRAME.case)) | FRAME.list | FRAME.select
  reading.have = false
  reading.expect(word, `${word.toUpperCase()} SELECT joins a second query`, bare && !obscured ? 2 : 1)
  lexer.next()
  if (lexer.is(T.end) && !bare) reading.show(2)
  // What opened before SELECT closes as it will.
  facts.closed -= parentheses
  return true
}

function join(reading: Reading): boolean {
  const { lexer } = reading
  while (lexer.is(T.name) && JOIN.has(lexer.word)) lexer.next()
  reading.frame = (reading.frame & ~FRAME.aliased) | FRAME.tables
  reading.have = false
  return true
}

/** The current word is read; an operand is wanted. */
function wants(reading: Reading): boolean {
  reading.lexer.next()
  reading.have = false
  return true
}

function by(clause: string): (reading: Reading) => boolean {
  return (reading) => {
    const { lexer, facts } = reading
    lexer.next()
    if (!lexer.is(T.name) || lexer.word !== 'by') return false
    if (reading.depth === 0) {
      facts.clauses++
      facts.clause = clause
    }
    reading.frame &= ~(FRAME.tables | FRAME.aliased)
    return wants(reading)
  }
}

function clause(name: string): (reading: Reading) => boolean {
  return (reading) => {
    if (reading.depth === 0) {
      reading.facts.clauses++
      reading.facts.clause = name
    }
    reading.frame &= ~(FRAME.tables | FRAME.aliased)
    return wants(reading)
  }
}

function from(reading: Reading): boolean {
  const { frame, depth, facts } = reading
  if (frame & FRAME.call && (frame & FRAME.list) === 0) return wants(reading)
  if ((frame & FRAME.list) === 0 && (depth > 0 || (facts.closed === 0 && reading.quote === 0))) return false
  reading.frame = (frame & ~(FRAME.list | FRAME.aliased)) | FRAME.tables
  return wants(reading)
}

function where(reading: Reading): boolean {
  reading.facts.where++
  reading.frame &= ~(FRAME.tables | FRAME.aliased)
  return wants(reading)
}

function as(reading: Reading): boolean {
  const { lexer } = reading
  lexer.next()
  if (!lexer.is(T.name) && !lexer.is(T.quotedName) && !lexer.is(T.string)) return false
  const place = FRAME.list | FRAME.tables
  if (reading.depth === 0 && (reading.frame & place) === 0 && reading.facts.closed === 0) return false
  reading.frame |= FRAME.aliased
  lexer.next()
  return true
}

/** INTO OUTFILE, INTO DUMPFILE: a file is written. INTO @a, INTO a: a variable, or a table. */
function into(reading: Reading): boolean {
  const { lexer, facts } = reading
  lexer.next()
  if (lexer.is(T.name) && (lexer.word === 'outfile' || lexer.word === 'dumpfile')) {
    const file = lexer.word.toUpperCase()
    lexer.next()
    const named = lexer.is(T.string) || lexer.is(T.number) || lexer.text.charCodeAt(lexer.start) >= 0x80
    if (named && (reading.quote !== 0 || facts.first !== 'name' || facts.selects > 0)) {
      reading.found('file', `INTO ${file} writes a file`)
    }
    return wantsFrom(reading)
  }
  if (lexer.is(T.variable) && reading.quote !== 0) {
    facts.clauses++
    facts.clause = 'INTO'
  } else if ((reading.frame & FRAME.list) === 0) return false
  return wantsFrom(reading)
}

function wantsFrom(reading: Reading): boolean {
  reading.have = false
  return true
}

function procedure(reading: Reading): boolean {
  const { lexer } = reading
  lexer.next()
  if (!lexer.is(T.name) || lexer.word !== 'analyse') return false
  reading.found('procedure', 'PROCEDURE ANALYSE')
  lexer.next()
  return true
}

/** FOR UPDATE, FOR SHARE, FOR XML, LOCK IN SHARE MODE */
function locking(reading: Reading): boolean {
  const { lexer, facts } = reading
  // SUBSTRING(a FROM 1 FOR 1)
  if (reading.frame & FRAME.call && (reading.frame & FRAME.list) === 0) return wants(reading)
  const first = lexer.word
  lexer.next()
  if (!lexer.is(T.name) || !/^(?:update|share|xml|browse|json|in)$/.test(lexer.word)) return false
  const inShare = first === 'lock'
  if (inShare !== (lexer.word === 'in')) return false
  const xml = lexer.word === 'xml' || lexer.word === 'json'
  lexer.next()
  if (inShare || xml) {
    while (lexer.is(T.name) && /^(?:share|mode|path|raw|auto|explicit)$/.test(lexer.word)) lexer.next()
  }
  facts.clauses++
  facts.clause = 'locking'
  if (xml && lexer.is(T.open)) {
    reading.have = true
    lexer.next()
    if (lexer.is(T.string)) lexer.next()
    if (lexer.is(T.close)) lexer.next()
  }
  return true
}

/** WHEN, THEN, ELSE in a CASE. */
function branch(reading: Reading): boolean {
  return (reading.frame & FRAME.case) === 0 ? false : wants(reading)
}

function end(reading: Reading): boolean {
  return (reading.frame & FRAME.case) === 0 ? false : reading.pop()
}

/** ASC, DESC behind an operand of ORDER BY. */
function direction(reading: Reading): boolean {
  reading.lexer.next()
  return true
}

function collate(reading: Reading): boolean {
  const { lexer } = reading
  lexer.next()
  if (!lexer.is(T.name) && !lexer.is(T.string) && !lexer.is(T.quotedName)) return false
  lexer.next()
  return true
}

function on(reading: Reading): boolean | undefined {
  if ((reading.frame & FRAME.tables) === 0) return undefined
  reading.frame &= ~FRAME.aliased
  return wants(reading)
}

const CLAUSES: ReadonlyMap<string, (reading: Reading) => boolean | undefined> = new Map([
  ['from', from],
  ['where', where],
  ['having', clause('HAVING')],
  ['limit', clause('LIMIT')],
  ['offset', clause('OFFSET')],
  ['order', by('ORDER BY')],
  ['group', by('GROUP BY')],
  ['as', as],
  ['into', into],
  ['procedure', procedure],
  ['for', locking],
  ['lock', locking],
  ['when', branch],
  ['then', branch],
  ['else', branch],
  ['end', end],
  ['asc', direction],
  ['desc', direction],
  ['collate', collate],
  ['on', on],
  ['using', on],
])
