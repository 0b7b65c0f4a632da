import { Facts, type First } from './facts.ts'
import { FRAME } from './frame.ts'
import type { Lexer } from './lexer.ts'
import { readOperand } from './operand.ts'
import { readOperator } from './operator.ts'
import { batch } from './statements.ts'
import { T } from './token.ts'
import { BEGINS, CONTINUES } from './words.ts'

/** Strong evidence, held until it is known that no quoted talk of SQL follows. */
export interface Evidence {
  readonly class: string
  readonly what: string
}

/** A SELECT whose list has not yet shown that it is one. */
export interface Pending {
  readonly evidence: Evidence
  /** How much must be shown. */
  readonly needs: number
  shown: number
  /** Two names in a row: prose reads like that, and an alias. */
  prose: boolean
}

const AFTER_TABLE: ReadonlySet<string> = new Set('where limit order group union having join as for'.split(' '))

export type OperandKind = 'literal' | 'string' | 'name' | 'variable' | 'constant' | 'call' | 'star'

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
  /** The operand that was read last, and the one before the comparison, as they are written. */
  #operand = ''
  #before = ''
  /** The number that was read last. */
  #number = ''
  /** BETWEENs whose AND has not come. */
  between = 0
  /** INTERVAL was read, and its unit not. */
  interval = false
  /** The operand before the current token. */
  left: OperandKind
  /** That operand stands directly before the operator, without a parenthesis around it. */
  direct = true
  /** The call that was begun last tells about the server. */
  asking = false
  /** Calls that are open. */
  inCalls = 0
  /** A comparison wants its second operand. */
  comparing = false
  pending: Pending | undefined
  /** The name that was read last, and the one before the comparison. */
  name = ''
  #compared = ''

  /** What the value has before the quote. */
  readonly before: string

  constructor(lexer: Lexer, quote: number, before: string) {
    this.before = before
    this.lexer = lexer
    this.quote = quote
    this.have = quote !== 0
    this.left = quote === 0 ? 'name' : 'string'
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
      if (!(this.have ? readOperator(this) : readOperand(this))) {
        facts.failed = true
        facts.failedAtQuote = quoted
        return
      }
    }
    this.#end()
  }

  /** A list that the value ends in shows no more. */
  #end(): void {
    const { pending, lexer } = this
    if (pending === undefined || pending.prose) return
    if (lexer.tail !== '' && pending.shown > 0) this.show(1)
    const whole = pending.shown > 0 && (pending.evidence.class === 'stacked' || this.facts.first === 'paren')
    if (this.quote !== 0 || lexer.conditional > 0 || (whole && this.depth === 0)) this.show(2)
  }

  /** A value that is read as it is may begin with what follows an operand. */
  #begin(): void {
    const { lexer } = this
    if (this.have) return
    if (lexer.is(T.close) || lexer.is(T.semicolon) || lexer.is(T.comma)) this.have = true
    else if (lexer.is(T.operator)) {
      this.have = !'+-!~*/'.includes(lexer.word)
      if (this.have) this.facts.first = 'symbol'
      if (lexer.word !== '=') return
      // `WHERE id =` may have been written twice.
      this.facts.operators++
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
      this.have = CONTINUES.has(word) || BEGINS.has(word)
      if (CONTINUES.has(word)) this.facts.first = 'operator'
      this.facts.statement = word === 'select' || word === 'begin'
    }
  }

  /** A comparison was read. */
  compares(): void {
    this.comparing = true
    this.#compared = this.name
    this.#before = this.#operand
  }

  /** Only the first operand is noted. */
  first(kind: First): void {
    if (this.facts.first === 'none') this.facts.first = kind
  }

  /** The current token is an operand. */
  took(kind: OperandKind): boolean {
    if (kind === 'variable' && this.frame & FRAME.call && this.lexer.text.startsWith('@@', this.lexer.start)) {
      this.facts.information += 2
    }
    if (kind === 'literal' && this.lexer.hexadecimal) {
      this.facts.hexadecimals++
      this.show(1)
    }
    if (kind === 'literal') this.#repeat()
    this.#operand = this.lexer.text.slice(this.lexer.start, this.lexer.at).replace(/^['"]|['"]$/g, '')
    this.lexer.next()
    return this.taken(kind)
  }

  #repeat(): void {
    const { facts, lexer } = this
    const text = lexer.text.slice(lexer.start, lexer.at)
    if (facts.booleans === 1 && facts.operators === 1 && text === this.#number) facts.repeated = true
    this.#number = text
  }

  /** An operand was read, and the current token is behind it. */
  taken(kind: OperandKind): boolean {
    const { facts } = this
    if (kind === 'string') this.first('string')
    else if (kind !== 'star' && kind !== 'call') this.first(kind)
    if (facts.operands === 0 && facts.calls === 0)
      facts.valued = kind === 'literal' || kind === 'constant' || kind === 'variable'
    facts.operands++
    if (kind !== 'name' && !facts.closedByContext) facts.values++
    if (kind !== 'name' && kind !== 'string') facts.numbers++
    if (kind === 'literal' || kind === 'string' || kind === 'constant') this.show(1)
    else if (kind !== 'name') this.show(2)
    else if (this.frame & FRAME.tables && this.pending?.prose === false && this.#endsTable()) this.show(2)
    this.#compare(kind)
    this.direct = true
    this.have = true
    return true
  }

  /** What stands behind the table of a query that is no prose. */
  #endsTable(): boolean {
    const { kind, word } = this.lexer
    return kind !== T.name || AFTER_TABLE.has(word)
  }

  #compare(right: OperandKind): void {
    const { facts } = this
    if (this.comparing) {
      const constant = (kind: OperandKind) => kind === 'literal' || kind === 'string' || kind === 'constant'
      if (constant(right) && constant(this.left) && facts.booleans > 0) facts.constantComparisons++
      if (right === 'literal' && this.left === 'literal') facts.numbersCompared++
      if (right === this.left && constant(right) && this.direct && this.#before === this.#operand) facts.sames++
      const names = right === 'name' && this.left === 'name' && this.name !== this.#compared
      if (facts.booleans > 0 && !names) facts.telling++
      if (right === 'literal' && this.left === 'literal' && this.direct && facts.operator === '=' && this.inCalls > 0)
        facts.identities++
      this.comparing = false
    }
    this.left = right
  }

  /** From here on a list must show that it is one: literals count 1; calls, variables, `*`, commas and tables 2. */
  expect(kind: string, what: string, needs: number): void {
    this.pending = { evidence: { class: kind, what }, needs, shown: 0, prose: false }
  }

  show(weight: number): void {
    const pending = this.pending
    if (pending === undefined) return
    pending.shown += weight
    if (pending.shown < pending.needs) return
    this.evidence ??= pending.evidence
    this.pending = undefined
  }

  found(kind: string, what: string): void {
    // A query in quotes may be talk; what else is found in it is none.
    if (this.evidence === undefined || this.evidence.class === 'select') this.evidence = { class: kind, what }
  }

  push(frame: number): void {
    this.#frames.push(this.frame)
    if (frame & (FRAME.call | FRAME.case)) this.inCalls++
    this.frame = frame
    this.have = false
    this.comparing = false
  }

  pop(): boolean {
    const { facts, lexer } = this
    const was = this.frame
    lexer.next()
    this.have = true
    if (this.#frames.length === 0) {
      facts.closed++
      this.frame = 0
      return true
    }
    this.direct = false
    if (was & (FRAME.call | FRAME.case)) this.inCalls--
    this.frame = (this.#frames.pop() as number) & ~FRAME.aliased
    this.#compare(was & FRAME.call ? 'call' : this.left)
    if (was & FRAME.call) facts.operands++
    return true
  }

  /** Begins the next statement of a batch. */
  restart(): void {
    this.frame = 0
    this.#frames.length = 0
    this.inCalls = 0
    this.pending = undefined
    this.have = false
  }
}
