import { Facts, type First } from './facts.ts'
import type { Lexer } from './lexer.ts'
import { readClause } from './clauses.ts'
import { FRAME } from './frame.ts'
import { batch, statementHead, WITHOUT_SEMICOLON } from './statements.ts'
import { COMPARISONS, T } from './token.ts'
import {
  ARITHMETIC,
  BOOLEAN,
  CHARACTER,
  COMPARE,
  CONSTANT,
  CONTINUES,
  EFFECT,
  INFORMATION,
  PREFIX,
  QUANTIFIER,
  RESERVED,
  SET_OPERATION,
  SYSTEM_SCHEMA,
} from './words.ts'

/** Strong evidence, held until it is known that no quoted talk of SQL follows. */
export interface Evidence {
  readonly class: string
  readonly what: string
}

/** A SELECT whose list has not yet shown that it is one. */
interface Pending {
  readonly evidence: Evidence
  /** How much must be shown. */
  readonly needs: number
  shown: number
  /** Two names in a row: prose reads like that, and an alias. */
  prose: boolean
}

type OperandKind = 'literal' | 'string' | 'name' | 'variable' | 'constant' | 'call' | 'star'

/**
 * Reads a value as what would follow in a query: a machine of two states (an operand is wanted, an operand is there) over a stack
 * of parentheses. It stops at the first token that continues no expression, clause or statement of any dialect; prose stops it
 * at its second word.
 */
export class Reading {
  readonly lexer: Lexer
  readonly facts: Facts = new Facts()
  /** The quote that the value broke out of; 0 where it is read as it is. */
  readonly quote: number
  evidence: Evidence | undefined
  have: boolean
  frame = 0
  readonly #frames: number[] = []
  #between = 0
  #left: OperandKind = 'name'
  #comparing = false
  #pending: Pending | undefined
  #interval = false

  constructor(lexer: Lexer, quote: number) {
    this.lexer = lexer
    this.quote = quote
    this.have = quote !== 0
    this.#left = quote === 0 ? 'name' : 'string'
  }

  get depth(): number {
    return this.#frames.length
  }

  /** Strong evidence ends the reading where nothing behind it can weaken it. */
  run(): void {
    const { lexer, facts } = this
    lexer.next()
    this.#begin()
    while (!lexer.is(T.end)) {
      const quoted = lexer.is(T.string) && lexer.quote === this.quote
      if (!(this.have ? this.#afterOperand() : this.#operand())) {
        facts.failed = true
        facts.failedAtQuote = quoted
        return
      }
    }
    if (this.#pending !== undefined && !this.#pending.prose && (this.quote !== 0 || lexer.conditional > 0)) this.show(2)
  }

  /** A value that is read as it is may begin with what follows an operand. */
  #begin(): void {
    const { lexer } = this
    if (this.have) return
    if (lexer.is(T.close) || lexer.is(T.semicolon)) this.have = true
    else if (lexer.is(T.operator)) {
      this.have = !'+-!~*'.includes(lexer.word)
      if (this.have) this.facts.first = 'operator'
      if (lexer.word !== '=') return
      // `WHERE id =` may have been written twice.
      lexer.next()
      this.have = false
      this.#beginWord()
    } else this.#beginWord()
  }

  #beginWord(): void {
    const { lexer } = this
    if (lexer.is(T.name)) {
      const { word } = lexer
      if (word === 'declare') batch(this)
      this.have = CONTINUES.has(word)
      if (this.have) this.facts.first = 'operator'
      this.facts.statement = word === 'select'
    }
  }

  #operand(): boolean {
    const { lexer, facts } = this
    const { kind } = lexer
    switch (kind) {
      case T.number:
        return this.#took('literal')
      case T.string:
        return this.#string()
      case T.variable:
        return this.#took('variable')
      case T.name:
        return this.#name()
      case T.quotedName:
        return this.#path('')
      case T.operator:
        return this.#unary()
      case T.open:
        this.#first('paren')
        facts.parentheses++
        this.#push(facts.operator === 'against' ? FRAME.call : 0)
        lexer.next()
        return true
      case T.close:
        // A call without arguments.
        if ((this.frame & FRAME.call) === 0 || this.#comparing) return false
        return this.#pop()
      case T.dot:
        // SELECT.`a`
        lexer.next()
        return lexer.is(T.quotedName) && this.#path('')
      case T.braceOpen:
        lexer.next()
        if (!lexer.is(T.name)) return false
        this.#push(FRAME.brace)
        lexer.next()
        return true
      default:
        return false
    }
  }

  #unary(): boolean {
    const { lexer } = this
    const { word } = lexer
    if (word === '*' && this.frame & (FRAME.list | FRAME.call)) return this.#took('star')
    if (word !== '+' && word !== '-' && word !== '!' && word !== '~' && word !== '!~') return false
    lexer.next()
    return true
  }

  #string(): boolean {
    const { lexer, facts } = this
    facts.closedByContext = lexer.unclosed && lexer.quote === this.quote
    facts.lastString = lexer.start + 1
    // Nothing but the context's own text: it shows nothing of a list.
    if (facts.closedByContext && lexer.start + 1 < lexer.text.length && this.#pending?.shown === 0)
      this.#pending = undefined
    return this.#took('string')
  }

  #name(): boolean {
    const { lexer } = this
    const { word } = lexer
    if (word === 'select') return this.#select()
    if (PREFIX.has(word) || (this.frame & FRAME.list && QUANTIFIER.has(word))) {
      if (word === 'exists' || word === 'not') this.show(0)
      lexer.next()
      return true
    }
    if (word === 'case') {
      this.#first('case')
      this.#push(FRAME.case)
      lexer.next()
      return true
    }
    if (word === 'when') {
      if ((this.frame & FRAME.case) === 0) return false
      lexer.next()
      return true
    }
    if (word === 'interval') {
      this.#interval = true
      lexer.next()
      return true
    }
    if (word === 'match' && this.facts.booleans > 0) {
      lexer.next()
      return true
    }
    // `-union select ..`: no SQL, and yet what filters are tried with.
    if (SET_OPERATION.has(word) && this.facts.operands === 0 && this.depth === 0) return readClause(this, word) === true
    if (RESERVED.has(word) && lexer.text.charCodeAt(lexer.at) !== 0x28) return false
    return this.#path(word)
  }

  /** `name`, `a.b.c`, `a..b`, `$.b`, and calls of them. */
  #path(first: string): boolean {
    const { lexer } = this
    const constant = CONSTANT.has(first)
    if (lexer.is(T.quotedName)) this.show(1)
    let path = first
    let last = first
    lexer.next()
    while (lexer.is(T.dot)) {
      lexer.next()
      if (lexer.is(T.dot)) continue
      if (lexer.is(T.end)) break
      if (lexer.is(T.operator) && lexer.word === '*') {
        lexer.next()
        return this.#taken('star')
      }
      if (!lexer.is(T.name) && !lexer.is(T.quotedName)) return false
      path = SYSTEM_SCHEMA.has(last) ? lexer.word : `${path}.${lexer.word}`
      last = lexer.word
      lexer.next()
    }
    if (lexer.is(T.open)) return this.#call(path)
    if (this.frame & FRAME.tables) {
      if (this.#frames.length === 0 && (this.frame & FRAME.select) === 0) this.facts.looseTables++
      this.facts.tables++
      return this.#taken('name')
    }
    return this.#taken(constant ? 'constant' : 'name')
  }

  #call(path: string): boolean {
    const { facts, lexer } = this
    const beginning = facts.operands === 0 && facts.parentheses === 0 && this.quote === 0 && facts.first === 'none'
    this.#first('call')
    facts.calls++
    if (EFFECT.has(path)) {
      // `sleep(5)` may be somebody's program; a call within a query is none.
      if ((beginning && !this.have) || facts.first === 'name') facts.effect = path
      else this.found('effect', `calls ${path}()`)
    } else if (INFORMATION.has(path)) facts.information++
    else if (CHARACTER.has(path)) facts.characters++
    this.show(2)
    this.#push(FRAME.call)
    lexer.next()
    return true
  }

  #first(kind: First): void {
    if (this.facts.first === 'none') this.facts.first = kind
  }

  /** The current token is an operand. */
  #took(kind: OperandKind): boolean {
    if (kind === 'variable' && this.frame & FRAME.call && this.lexer.text.startsWith('@@', this.lexer.start)) {
      this.facts.information += 2
    }
    if (kind === 'literal' && this.lexer.hexadecimal) {
      this.facts.hexadecimals++
      this.show(1)
    }
    this.lexer.next()
    return this.#taken(kind)
  }

  /** An operand was read, and the current token is behind it. */
  #taken(kind: OperandKind): boolean {
    const { facts } = this
    if (kind === 'string') this.#first('string')
    else if (kind !== 'star' && kind !== 'call') this.#first(kind)
    facts.operands++
    if (kind !== 'name' && !facts.closedByContext) facts.values++
    if (kind === 'literal' || kind === 'string' || kind === 'constant') this.show(1)
    else if (kind !== 'name') this.show(2)
    else if (this.frame & FRAME.tables && !this.#pending?.prose && this.#endsTable()) this.show(2)
    this.#compare(kind)
    this.have = true
    return true
  }

  /** What stands behind the table of a query that is no prose. */
  #endsTable(): boolean {
    const { kind, word } = this.lexer
    return kind !== T.name || /^(?:where|limit|order|group|union|having|join|as|for)$/.test(word)
  }

  #compare(right: OperandKind): void {
    const { facts } = this
    if (this.#comparing) {
      const constant = (kind: OperandKind) => kind === 'literal' || kind === 'string' || kind === 'constant'
      if (constant(right) && constant(this.#left) && facts.booleans > 0) facts.constantComparisons++
      this.#comparing = false
    }
    this.#left = right
  }

  #select(): boolean {
    const { lexer, facts } = this
    const first = facts.first === 'none'
    this.#first('select')
    facts.selects++
    this.frame = (this.frame & (FRAME.call | FRAME.case | FRAME.brace)) | FRAME.list | FRAME.select
    if (this.#frames.length > 0 && !this.facts.statement) this.expect('subselect', 'a subquery', 2)
    else if (first && this.#frames.length === 0) this.#pending = undefined
    lexer.next()
    this.#top()
    return true
  }

  /** TOP 1, TOP (1) of MSSQL. */
  #top(): void {
    const { lexer } = this
    if (!lexer.is(T.name) || lexer.word !== 'top') return
    lexer.next()
    if (lexer.is(T.number)) lexer.next()
  }

  /** From here on a list must show that it is one: literals count 1; calls, variables, `*`, commas and tables 2. */
  expect(kind: string, what: string, needs: number): void {
    this.#pending = { evidence: { class: kind, what }, needs, shown: 0, prose: false }
  }

  show(weight: number): void {
    const pending = this.#pending
    if (pending === undefined) return
    pending.shown += weight
    if (pending.shown < pending.needs || weight === 0) return
    this.evidence ??= pending.evidence
    this.#pending = undefined
  }

  found(kind: string, what: string): void {
    this.evidence ??= { class: kind, what }
  }

  #push(frame: number): void {
    this.#frames.push(this.frame)
    this.frame = frame
    this.have = false
    this.#comparing = false
  }

  #pop(): boolean {
    const { facts, lexer } = this
    const was = this.frame
    lexer.next()
    this.have = true
    if (this.#frames.length === 0) {
      facts.closed++
      this.frame = 0
      return true
    }
    this.frame = (this.#frames.pop() as number) & ~FRAME.aliased
    this.#compare(was & FRAME.call ? 'call' : this.#left)
    if (was & FRAME.call) facts.operands++
    return true
  }

  #afterOperand(): boolean {
    const { lexer, facts } = this
    const { kind } = lexer
    switch (kind) {
      case T.name:
        return this.#word()
      case T.operator:
        return this.#operator(lexer.word)
      case T.string:
        // Adjacent strings are one; an alias may be a string.
        if (this.#left !== 'string' && (this.frame & FRAME.list) === 0) return false
        // What the context's quote closes here is quoted talk, and the value's own text behind it.
        if (lexer.unclosed && lexer.quote === this.quote) return false
        return this.#string()
      case T.quotedName:
        if (this.frame & FRAME.aliased || (this.frame & (FRAME.list | FRAME.tables)) === 0) return false
        this.frame |= FRAME.aliased
        lexer.next()
        return true
      case T.comma:
        this.frame &= ~FRAME.aliased
        if (this.frame & (FRAME.list | FRAME.tables | FRAME.call)) this.show(2)
        facts.commas++
        this.have = false
        lexer.next()
        return true
      case T.close:
        if (this.frame & FRAME.case) return false
        return this.#pop()
      case T.braceClose:
        if ((this.frame & FRAME.brace) === 0) return false
        return this.#pop()
      case T.semicolon:
        return statementHead(this, true)
      case T.dot:
        lexer.next()
        if (!lexer.is(T.name) && !lexer.is(T.quotedName)) return false
        return this.#path(lexer.word)
      case T.open:
        // No SQL, and yet what filters are tried with: `-1 #union (select ..`
        if (lexer.comments === 0 || facts.first !== 'literal') return false
        this.#push(0)
        lexer.next()
        return true
      default:
        return false
    }
  }

  #operator(word: string): boolean {
    if (word === '!' || word === '~' || word === '#' || word === ':') return false
    if (word === '::') return this.#typeName()
    if (word === '||' || word === '&&') return this.#boolean(word)
    if (COMPARISONS.has(word)) return this.#comparison(word)
    return this.#operation(word)
  }

  #typeName(): boolean {
    this.lexer.next()
    if (!this.lexer.is(T.name)) return false
    this.lexer.next()
    return true
  }

  #binary(word: string): boolean {
    const { facts, lexer } = this
    facts.operators++
    facts.operator = word
    this.have = false
    lexer.next()
    return true
  }

  #boolean(word: string): boolean {
    if (word === 'and' && this.#between > 0) {
      this.#between--
      return this.#binary(word)
    }
    this.facts.booleans++
    this.#comparing = false
    return this.#binary(word)
  }

  #comparison(word: string): boolean {
    const { facts } = this
    if (facts.booleans > 0) facts.comparedAfter++
    else facts.comparedBefore++
    this.#comparing = true
    return this.#binary(word)
  }

  #operation(word: string): boolean {
    const { facts } = this
    const names = this.#left === 'name'
    const answer = this.#binary(word)
    const { kind } = this.lexer
    if (!names || kind === T.number || kind === T.string || kind === T.variable || kind === T.open) {
      facts.operations++
      if (facts.booleans > 0) facts.operationsAfter++
    }
    return answer
  }

  #word(): boolean {
    const { lexer } = this
    const { word } = lexer
    if (BOOLEAN.has(word)) return this.#boolean(word)
    if (word === 'not' || COMPARE.has(word)) return this.#wordComparison(word)
    if (ARITHMETIC.has(word)) return this.#operation(word)
    if (word === 'isnull' || word === 'notnull') {
      this.facts.comparedAfter++
      lexer.next()
      return true
    }
    if (this.#interval) {
      this.#interval = false
      lexer.next()
      return true
    }
    const clause = readClause(this, word)
    if (clause !== undefined) return clause
    if (this.frame & FRAME.call && (this.frame & FRAME.tables) === 0) {
      // Arguments with words between them: CAST(a AS char(1)), EXTRACT(day FROM a), CONVERT(a USING utf8).
      lexer.next()
      return true
    }
    return this.#alias(word)
  }

  #wordComparison(word: string): boolean {
    const { lexer } = this
    let operator = word
    if (word === 'not') {
      lexer.next()
      if (!lexer.is(T.name) || !COMPARE.has(lexer.word)) return false
      operator = `not ${lexer.word}`
    }
    if (lexer.word === 'between') this.#between++
    const answer = this.#comparison(operator)
    if (lexer.is(T.name) && (lexer.word === 'like' || lexer.word === 'to' || lexer.word === 'of')) {
      // SOUNDS LIKE, SIMILAR TO, MEMBER OF
      if (operator.endsWith('sounds') || operator.endsWith('similar') || operator.endsWith('member')) lexer.next()
    } else if (operator.endsWith('sounds')) return false
    this.facts.operator = operator.endsWith('sounds') ? 'sounds like' : operator
    return answer
  }

  #alias(word: string): boolean {
    // MSSQL begins a statement without a semicolon.
    if (WITHOUT_SEMICOLON.has(word)) return this.depth === 0 && statementHead(this, false)
    const place = FRAME.list | FRAME.tables
    if ((this.frame & place) === 0 || this.frame & FRAME.aliased || RESERVED.has(word)) return false
    if (this.#left === 'name' && this.#pending !== undefined) this.#pending.prose = true
    this.frame |= FRAME.aliased
    this.lexer.next()
    return true
  }

  /** Begins the next statement of a batch. */
  restart(): void {
    this.frame = 0
    this.#frames.length = 0
    this.#pending = undefined
    this.have = false
  }

  endCase(): boolean {
    return this.#pop()
  }
}
