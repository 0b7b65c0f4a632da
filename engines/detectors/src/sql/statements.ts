import { isValue } from './field.ts'
import type { Lexer } from './lexer.ts'
import type { Reading } from './reading.ts'
import { FRAME } from './frame.ts'
import { T } from './token.ts'
import { EFFECT } from './words.ts'

/**
 * Reads the head of a statement: behind a semicolon, or (`separated` false, MSSQL) where an operand ended. What is found is
 * strong evidence and ends the reading. Prose that has a semicolon does not go on with two words of a statement's head.
 */
export function statementHead(reading: Reading, separated: boolean): boolean {
  const { lexer, facts } = reading
  if (separated) {
    lexer.next()
    if (lexer.is(T.end)) {
      facts.terminated = true
      return true
    }
    if (lexer.is(T.semicolon)) return true
    if (lexer.is(T.open)) {
      reading.restart()
      return true
    }
  } else if (reading.quote > 0x27 && !isValue(reading.before)) return false
  else if (
    lexer.word !== 'waitfor' &&
    reading.quote === 0 &&
    /^(?:name|operator|symbol)$/.test(facts.first) &&
    facts.selects + facts.closed === 0
  )
    return false
  if (!lexer.is(T.name)) return false
  const { word } = lexer
  if (word === 'select' || word === 'with') return select(reading, separated)
  const script = facts.statement && (facts.tables > 0 || facts.first === 'name')
  lexer.next()
  if (separated && lexer.is(T.operator) && lexer.word === ':') return labelled(reading)
  const program = reading.quote > 0x27 || facts.first === 'call' || (facts.first === 'name' && reading.quote === 0)
  if (PROGRAM.has(word) && (program || word === 'if' || word === 'iif' || word === 'call' || word === 'begin')) {
    if (isValue(reading.before) && !(script || !provesItself(lexer, reading, word, program))) return true
    return false
  }
  const head = HEADS.get(word)
  if (script || head === undefined || !head(lexer, separated)) return false
  // Quoted talk: the 'drop table users' statement.
  if (!separated && QUOTED_IN_PROSE.has(word) && (endsQuoted(reading) || !isValue(reading.before))) return false
  reading.found('stacked', `begins a statement of its own: ${word.toUpperCase()}`)
  lexer.stop()
  return true
}

/**
 * What a statement that other languages know, too, is told by: it queries, waits, or calls what does. `if` and `call` of a program
 * do neither. Reads to the end of the value, so nothing is read behind it.
 */
function provesItself(lexer: Lexer, reading: Reading, word: string, program: boolean): boolean {
  const head = HEADS.get(word)
  let found = !program && head !== undefined && head(lexer, true)
  let before: number = T.end
  let name = ''
  for (; !found && !lexer.is(T.end); lexer.next()) {
    if (lexer.is(T.open)) found = EFFECT.has(name)
    else if (lexer.is(T.name)) {
      const queries = before === T.open && lexer.word === 'select'
      const waits = name === 'waitfor' && /^(?:delay|time)$/.test(lexer.word)
      found = queries || waits || (before === T.name && name === 'drop' && OBJECT.includes(lexer.word))
      name = before === T.dot && name.length < 80 ? `${name}.${lexer.word}` : lexer.word
    }
    before = lexer.kind
  }
  if (found) reading.found('stacked', `begins a statement of its own: ${word.toUpperCase()}`)
  if (found) lexer.stop()
  return found
}

/** Words that begin statements of many languages: no evidence behind a bracket, a backtick, or a call. */
const PROGRAM: ReadonlySet<string> = new Set([
  'goto',
  'if',
  'iif',
  'while',
  'do',
  'set',
  'call',
  'show',
  'begin',
  'use',
])

/** `again: goto again` */
function labelled(reading: Reading): boolean {
  const { lexer } = reading
  lexer.next()
  if (!lexer.is(T.name) || !(lexer.word === 'goto' || lexer.word === 'declare' || lexer.word === 'exec')) return false
  reading.found('stacked', 'begins a statement of its own, with a label')
  lexer.stop()
  return true
}

/**
 * A value that begins with DECLARE @a is a batch of MSSQL. People write such down, too; but not with a program in hexadecimal
 * that is executed.
 */
export function batch(reading: Reading): void {
  const { lexer } = reading
  lexer.next()
  if (!lexer.is(T.variable)) return
  while (!lexer.is(T.end)) {
    const from = lexer.at
    lexer.next()
    if (lexer.is(T.number) && lexer.hexadecimal && lexer.at - from > 16) {
      reading.found('stacked', 'executes a program in hexadecimal')
      lexer.stop()
    }
  }
}

function select(reading: Reading, separated: boolean): boolean {
  const { lexer, facts, quote } = reading
  if (quote > 0x27 && !isValue(reading.before)) return false
  if (!separated && quote === 0 && !(lexer.conditional > 0 || lexer.glued || facts.identities > 0)) return false
  if (lexer.word === 'with') {
    lexer.next()
    const named = lexer.is(T.name)
    lexer.next()
    if (!named || !takeWord(lexer, 'as')) return false
    reading.found('stacked', 'begins a statement of its own: WITH')
    lexer.stop()
    return true
  }
  const script = facts.statement
  reading.restart()
  facts.selects++
  reading.frame = FRAME.list | FRAME.select
  if (!script)
    reading.expect(
      separated || facts.identities > 0 ? 'stacked' : 'select',
      'begins a statement of its own: SELECT',
      separated && quote !== 0 ? 1 : 2,
    )
  lexer.next()
  return true
}

const QUOTED_IN_PROSE: ReadonlySet<string> = new Set('insert update delete drop create alter truncate'.split(' '))

/** An odd number of quotes: the last one closes what the context's end opened, where nothing before it wants an operand. */
function endsQuoted({ lexer, quote }: Reading): boolean {
  const { text } = lexer
  const mark = String.fromCharCode(quote)
  const last = text.lastIndexOf(mark)
  if (last < lexer.start || text.slice(lexer.start).split(mark).length % 2 === 1) return false
  return !/[=<>(+|,-]$|\b(?:or|and|like)$/i.test(text.slice(Math.max(0, last - 20), last).trimEnd())
}

type Head = (lexer: Lexer, separated: boolean) => boolean

/** Skips `a.b..c`; how many names it has, 0 for none. */
function path(lexer: Lexer): number {
  let names = 0
  while (lexer.is(T.name) || lexer.is(T.quotedName)) {
    names++
    lexer.next()
    if (!lexer.is(T.dot)) break
    while (lexer.is(T.dot)) lexer.next()
  }
  return names
}

function takeWord(lexer: Lexer, ...words: readonly string[]): boolean {
  if (!lexer.is(T.name) || !words.includes(lexer.word)) return false
  lexer.next()
  return true
}

function ended(lexer: Lexer): boolean {
  return lexer.is(T.end) || lexer.is(T.semicolon)
}

/** Nothing but a comment follows, or a semicolon. */
function closedOff(lexer: Lexer): boolean {
  return lexer.is(T.semicolon) || (lexer.is(T.end) && lexer.tail !== '')
}

const OBJECT: readonly string[] = [
  'table',
  'database',
  'schema',
  'view',
  'index',
  'user',
  'login',
  'role',
  'procedure',
  'function',
  'trigger',
  'sequence',
  'extension',
  'tablespace',
  'server',
  'event',
  'package',
]
const MODIFIERS: readonly string[] = ['or', 'replace', 'temp', 'temporary', 'unique', 'if', 'exists', 'not']

function definition(lexer: Lexer): boolean {
  while (takeWord(lexer, ...MODIFIERS));
  if (takeWord(lexer, ...OBJECT)) {
    while (takeWord(lexer, 'if', 'not', 'exists'));
    return path(lexer) > 0
  }
  return false
}

function drop(lexer: Lexer): boolean {
  return definition(lexer) || (path(lexer) > 0 && closedOff(lexer))
}

function execute(lexer: Lexer, separated: boolean): boolean {
  if (lexer.is(T.variable)) return true
  if (lexer.is(T.open)) {
    lexer.next()
    return lexer.is(T.variable) || (separated && lexer.is(T.string))
  }
  if (lexer.is(T.string)) return separated && !lexer.unclosed
  if (takeWord(lexer, 'immediate')) return true
  const procedure = /^[xs]p_/.test(lexer.word)
  const names = path(lexer)
  if (names > 1 || procedure) return true
  return names === 1 && (closedOff(lexer) || lexer.is(T.variable))
}

function declare(lexer: Lexer): boolean {
  if (lexer.is(T.variable)) return true
  if (path(lexer) === 0) return false
  return (
    lexer.is(T.name) && /^(?:n?(?:var)?char|varchar2|int|integer|cursor|table|number|text|record)$/.test(lexer.word)
  )
}

function set(lexer: Lexer): boolean {
  if (lexer.is(T.variable) || takeWord(lexer, 'global', 'session', 'identity_insert', 'names')) return true
  return path(lexer) > 0 && lexer.is(T.operator) && (lexer.word === '=' || lexer.word === ':=')
}

const BEGUN: readonly string[] = 'declare goto shutdown select exec execute set if waitfor'.split(' ')

function begin(lexer: Lexer): boolean {
  if (takeWord(lexer, 'try', 'catch', 'tran', 'transaction', 'work')) return lexer.is(T.name) || ended(lexer)
  if (takeWord(lexer, ...BEGUN)) return true
  return path(lexer) > 1 && lexer.is(T.open)
}

function goTo(lexer: Lexer): boolean {
  if (path(lexer) !== 1) return false
  if (lexer.is(T.operator) && lexer.word === ':') return true
  if (lexer.is(T.semicolon) || (lexer.is(T.name) && (HEADS.has(lexer.word) || lexer.word === 'select'))) return true
  return path(lexer) === 1 && lexer.is(T.operator) && lexer.word === ':'
}

function condition(lexer: Lexer, separated: boolean): boolean {
  if (lexer.is(T.number)) return true
  if (lexer.is(T.variable)) return separated
  if (lexer.is(T.open)) {
    lexer.next()
    return lexer.is(T.number) || (lexer.is(T.variable) && separated) || takeWord(lexer, 'select', 'not', 'exists')
  }
  if (takeWord(lexer, 'not')) return lexer.is(T.open) || takeWord(lexer, 'exists')
  return takeWord(lexer, 'exists', 'select', 'is_srvrolemember', 'user', 'system_user', 'object_id')
}

function waits(lexer: Lexer): boolean {
  if (!takeWord(lexer, 'delay', 'time')) return false
  return lexer.is(T.string) || lexer.is(T.variable) || lexer.is(T.open) || lexer.is(T.number) || lexer.is(T.quotedName)
}

const then =
  (...words: readonly string[]): Head =>
  (lexer) =>
    takeWord(lexer, ...words)

const HEADS: ReadonlyMap<string, Head> = new Map<string, Head>([
  ['insert', (lexer) => takeWord(lexer, 'into', 'ignore') && path(lexer) > 0],
  ['replace', (lexer) => takeWord(lexer, 'into') && path(lexer) > 0],
  ['merge', (lexer) => takeWord(lexer, 'into') && path(lexer) > 0],
  ['update', (lexer) => path(lexer) > 0 && takeWord(lexer, 'set') && path(lexer) > 0 && lexer.is(T.operator)],
  ['delete', (lexer) => takeWord(lexer, 'from') && path(lexer) > 0 && (!lexer.is(T.name) || lexer.word === 'where')],
  ['drop', drop],
  ['create', definition],
  ['alter', definition],
  ['truncate', (lexer) => takeWord(lexer, 'table') || (path(lexer) > 0 && closedOff(lexer))],
  ['exec', execute],
  ['execute', execute],
  ['call', (lexer) => path(lexer) > 0 && lexer.is(T.open)],
  ['do', (lexer) => path(lexer) > 0 && lexer.is(T.open)],
  ['declare', declare],
  ['set', set],
  ['waitfor', waits],
  ['shutdown', (lexer) => ended(lexer) || takeWord(lexer, 'with', 'immediate', 'abort')],
  ['begin', begin],
  ['goto', goTo],
  ['if', condition],
  ['while', condition],
  ['grant', (lexer) => path(lexer) > 0 && (lexer.is(T.comma) || takeWord(lexer, 'on', 'to', 'privileges'))],
  ['revoke', (lexer) => path(lexer) > 0 && (lexer.is(T.comma) || takeWord(lexer, 'on', 'from', 'privileges'))],
  ['show', (lexer) => takeWord(lexer, 'tables', 'databases', 'grants', 'columns', 'variables') && ended(lexer)],
  ['copy', (lexer) => (lexer.is(T.open) || path(lexer) > 0) && (lexer.is(T.open) || takeWord(lexer, 'from', 'to'))],
  ['load', (lexer) => takeWord(lexer, 'data', 'xml') && takeWord(lexer, 'infile', 'local', 'concurrent')],
  ['attach', (lexer) => lexer.is(T.string) || (takeWord(lexer, 'database') && lexer.is(T.string))],
  ['pragma', (lexer) => path(lexer) > 0 && (lexer.is(T.operator) || lexer.is(T.open) || closedOff(lexer))],
  ['backup', then('database', 'log')],
  ['restore', then('database', 'log')],
  ['reconfigure', (lexer) => ended(lexer) || takeWord(lexer, 'with')],
  ['dbcc', (lexer) => path(lexer) > 0],
  ['kill', (lexer) => lexer.is(T.number) && closedOff(lexer)],
  ['rename', then('table', 'user')],
  ['prepare', (lexer) => path(lexer) > 0 && takeWord(lexer, 'from', 'as')],
  ['handler', (lexer) => path(lexer) > 0 && takeWord(lexer, 'open', 'read')],
  ['use', (lexer) => path(lexer) > 0 && closedOff(lexer)],
  ['desc', (lexer) => path(lexer) > 0 && closedOff(lexer)],
  ['describe', (lexer) => path(lexer) > 0 && closedOff(lexer)],
  ['commit', closedOff],
  ['rollback', closedOff],
])

/** Statements that MSSQL begins without a semicolon. */
export const WITHOUT_SEMICOLON: ReadonlySet<string> = new Set(
  'exec execute declare begin goto waitfor shutdown if drop insert update delete select truncate create alter set'.split(
    ' ',
  ),
)
