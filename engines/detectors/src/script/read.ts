import { BETWEEN, endOfString, HEADED, HEADS, isBlank, isDigit, isWord, operatorAt } from './words.ts'

/** A call, a construction or a tagged template, by the dotted path of what is called: `a['b'].c(1)` is `a.b.c`. */
export interface Call {
  readonly callee: string
  readonly start: number
  /** Where its arguments begin: after the parenthesis. */
  readonly args: number
}

/** What was read as a script, up to where it stopped being one. */
export interface Reading {
  readonly end: number
  /** True where the text was read to its end, or to a comment that takes the rest. */
  readonly whole: boolean
  readonly calls: readonly Call[]
  /** Dotted paths that something is assigned to. */
  readonly assigned: readonly string[]
  /** Words that head statements. */
  readonly statements: readonly string[]
  /** Dotted paths that are read, with two names at least; a path that begins with `"` is what a string literal says. */
  readonly members: readonly string[]
  readonly operators: number
  /** Closing brackets that were never opened here: the text left what it was put into. */
  readonly left: number
}

export interface ReadOptions {
  /** True where the text begins after an operand, as after the quote that ended a string. */
  readonly afterOperand?: boolean
}

/** What the next token may be. */
const OPERAND = 0
const OPERATOR = 1
const EITHER = 2
type Expect = typeof OPERAND | typeof OPERATOR | typeof EITHER

interface Open {
  readonly close: string
  readonly kind: 'group' | 'call' | 'head' | 'index' | 'brace' | 'template'
  /** The path before the bracket. */
  readonly path: string
  /** Behind the bracket. */
  readonly at: number
  readonly call?: Call | undefined
}

/** So many tokens are read of one text: whatever is put into a script does what it does before. */
const MOST_TOKENS = 4_000

/** Ends the script to HTML, wherever it stands. HTML Living Standard, 13.2.5.15. */
const SCRIPT_END = /^<\/script/i

/**
 * Reads a text as a script of the languages with C's expressions: JavaScript, and what PHP, Java, Python and Ruby share with
 * it. No tree is built: operands and operators must take turns, brackets must match. Two words beside each other, as in
 * prose, are the end of it. One pass; every character is looked at once, a literal twice.
 */
export function readScript(value: string, from = 0, options: ReadOptions = {}): Reading {
  return new Reader(value, from, options).read()
}

class Reader {
  readonly #value: string
  readonly #calls: Call[] = []
  readonly #assigned: string[] = []
  readonly #statements: string[] = []
  readonly #members: string[] = []
  readonly #open: Open[] = []
  #at: number
  #expect: Expect
  /** The dotted path of the operand that was read last; undefined where it has none. */
  #path = ''
  #start = 0
  /** What follows is the parenthesis of a statement's head. */
  #head = false
  #newline = false
  #operators = 0
  #left = 0
  /** The call whose parenthesis was closed last. */
  #closed: Call | undefined
  /** Where the string literal that was read last begins. */
  #literal = 0

  constructor(value: string, from: number, { afterOperand = false }: ReadOptions) {
    this.#value = value
    this.#at = from
    this.#expect = afterOperand ? OPERATOR : OPERAND
  }

  read(): Reading {
    let tokens = 0
    let going = true
    while (going && this.#skipBlanks() && tokens++ < MOST_TOKENS) going = this.#token()
    const whole = going || this.#at >= this.#value.length
    this.#remember()
    return {
      end: this.#at,
      whole,
      calls: this.#calls,
      assigned: this.#assigned,
      statements: this.#statements,
      members: this.#members,
      operators: this.#operators,
      left: this.#left,
    }
  }

  /** False at the end of the text. */
  #skipBlanks(): boolean {
    const value = this.#value
    this.#newline = false
    while (this.#at < value.length) {
      const code = value.charCodeAt(this.#at)
      if (code === 0x0a || code === 0x0d) this.#newline = true
      if (isBlank(code)) this.#at++
      else if (code === 0x3c && SCRIPT_END.test(value.slice(this.#at, this.#at + 8))) this.#at = value.length
      else if (this.#lineComment()) this.#at = lineEnd(value, this.#at)
      else if (value.startsWith('/*', this.#at)) {
        const end = value.indexOf('*/', this.#at + 2)
        this.#at = end < 0 ? value.length : end + 2
      } else return true
    }
    return false
  }

  #lineComment(): boolean {
    const value = this.#value
    if (value.startsWith('//', this.#at)) return true
    if (value.startsWith('<!--', this.#at)) return true
    if (value.charCodeAt(this.#at) !== 0x23) return false
    return this.#expect !== OPERAND || this.#at + 1 >= value.length || isBlank(value.charCodeAt(this.#at + 1))
  }

  #token(): boolean {
    const code = this.#value.charCodeAt(this.#at)
    if (isDigit(code)) return this.#number()
    if (isWord(code) || this.#isEscape(code)) return this.#word()
    if (code === 0x22 || code === 0x27) return this.#string()
    if (code === 0x60) return this.#template()
    if (code === 0x28 || code === 0x5b || code === 0x7b) return this.#openBracket(code)
    if (code === 0x29 || code === 0x5d || code === 0x7d) return this.#closeBracket(code)
    return this.#punctuator(code)
  }

  #isEscape(code: number): boolean {
    return code === 0x5c && (this.#value.charCodeAt(this.#at + 1) | 0x20) === 0x75
  }

  /** A new operand may begin here: an operator stands before it, or a line end or a block does. */
  #mayBegin(): boolean {
    if (this.#expect === OPERATOR && !this.#newline) return false
    this.#remember()
    this.#path = ''
    this.#start = this.#at
    return true
  }

  #number(): boolean {
    if (!this.#mayBegin()) return false
    const value = this.#value
    while (this.#at < value.length && (isWord(value.charCodeAt(this.#at)) || isFraction(value, this.#at))) this.#at++
    this.#expect = OPERATOR
    return true
  }

  #word(): boolean {
    const word = this.#nextWord()
    const end = this.#at
    this.#at -= word.length
    const text = word.includes('\\') ? unescapeWord(word) : word
    if (BETWEEN.has(text) && this.#expect !== OPERAND) {
      this.#at = end
      return this.#operator()
    }
    // `global.process` is no head of PHP, nor is `import.meta`.
    const begins = (HEADS.has(text) || HEADED.has(text)) && this.#value.charCodeAt(end) !== 0x2e
    if (!this.#mayBegin()) return false
    this.#at = end
    if (begins) {
      this.#statements.push(text)
      this.#head = HEADED.has(text)
      this.#expect = this.#head ? EITHER : OPERAND
      this.#path = ''
      return true
    }
    this.#path = text
    this.#expect = OPERATOR
    return true
  }

  #nextWord(): string {
    const value = this.#value
    const start = this.#at
    while (this.#at < value.length) {
      const code = value.charCodeAt(this.#at)
      if (isWord(code)) this.#at++
      else if (this.#isEscape(code)) this.#at += value.charCodeAt(this.#at + 2) === 0x7b ? 3 : 2
      else if ((code === 0x7b || code === 0x7d) && value.startsWith('\\u', start) && this.#at < start + 12) this.#at++
      else break
    }
    return value.slice(start, this.#at)
  }

  #string(): boolean {
    if (!this.#mayBegin()) return false
    this.#literal = this.#at
    this.#at = endOfString(this.#value, this.#at).end
    // PHP calls what a string names: 'system'('id').
    this.#path = `"${this.#value.slice(this.#literal + 1, Math.min(this.#at - 1, this.#literal + 40))}`
    this.#expect = OPERATOR
    return true
  }

  /** A template literal: an operand, or a call where it stands behind one. Its substitutions are read like any other part. */
  #template(): boolean {
    const calls = this.#calls.length
    if (this.#expect === OPERATOR && !this.#newline) {
      this.#called(this.#at + 1)
    } else this.#mayBegin()
    this.#at++
    const answer = this.#templateText()
    // What nothing closes is the end of a quotation.
    if (this.#at >= this.#value.length && this.#value.charCodeAt(this.#value.length - 1) !== 0x60)
      this.#calls.length = calls
    return answer
  }

  #templateText(): boolean {
    const value = this.#value
    while (this.#at < value.length) {
      const code = value.charCodeAt(this.#at)
      if (code === 0x5c) this.#at += 2
      else if (code === 0x24 && value.charCodeAt(this.#at + 1) === 0x7b) {
        this.#at += 2
        this.#open.push({ close: '}', kind: 'template', path: '', at: this.#at })
        this.#expect = OPERAND
        return true
      } else if (code === 0x60) {
        this.#at++
        break
      } else this.#at++
    }
    this.#path = ''
    this.#expect = OPERATOR
    return true
  }

  #called(args: number): Call | undefined {
    if (this.#path === '') return undefined
    const call = { callee: this.#path, start: this.#start, args }
    this.#calls.push(call)
    return call
  }

  #openBracket(code: number): boolean {
    const after = this.#expect !== OPERAND && !this.#head
    const path = after ? this.#path : ''
    const position = this.#at++
    if (code === 0x28) {
      const call = after && this.#expect === OPERATOR ? this.#called(this.#at) : undefined
      this.#open.push({ close: ')', kind: this.#head ? 'head' : after ? 'call' : 'group', path, at: this.#at, call })
    } else if (code === 0x5b) {
      this.#open.push({ close: ']', kind: after ? 'index' : 'group', path, at: this.#at })
    } else {
      if (this.#expect === OPERATOR && !this.#mayBlockFollow(position)) {
        this.#at = position
        return false
      }
      this.#defined(position)
      this.#open.push({ close: '}', kind: 'brace', path: '', at: this.#at })
    }
    if (!after) this.#start = position
    this.#head = false
    this.#expect = OPERAND
    return true
  }

  /** A block stands after a parenthesis, an arrow, or the name of a class. */
  #mayBlockFollow(position: number): boolean {
    let before = position - 1
    while (before >= 0 && isBlank(this.#value.charCodeAt(before))) before--
    return this.#value.charCodeAt(before) === 0x29 || this.#statements.at(-1) === 'function' || this.#newline
  }

  /** What looked like a call is a definition where a block follows its parenthesis. */
  #defined(position: number): void {
    const last = this.#calls.at(-1)
    if (this.#expect === OPERATOR && last !== undefined && last === this.#closed) this.#calls.pop()
    this.#start = position
  }

  #closeBracket(code: number): boolean {
    const close = code === 0x29 ? ')' : code === 0x5d ? ']' : '}'
    const open = this.#open.at(-1)
    if (open === undefined) this.#left++
    else if (open.close !== close) return false
    else this.#open.pop()
    this.#at++
    if (open?.kind === 'template') return this.#templateText()
    this.#afterBracket(open, close)
    return true
  }

  #afterBracket(open: Open | undefined, close: string): void {
    this.#expect = close === '}' || open?.kind === 'head' ? EITHER : OPERATOR
    this.#closed = open?.call
    if (open?.kind === 'call') this.#path = `${short(open.path)}()`
    else if (open?.kind === 'index') this.#path = this.#indexed(open)
    else if (open?.kind !== 'group') this.#path = ''
  }

  /** `a['b']` is `a.b`; what is computed is `a.[]`. */
  #indexed({ path, at }: Open): string {
    const before = this.#literal < at || this.#at - at > 82 ? '' : this.#value.slice(at, this.#at - 1).trim()
    const name = /^(['"])([^'"`+]*)\1$/.exec(before)?.[2] ?? '[]'
    return path === '' ? name : `${short(path)}.${name}`
  }

  #punctuator(code: number): boolean {
    const value = this.#value
    if (code === 0x3b || code === 0x2c) return this.#separator()
    if (code === 0x40 && this.#expect !== OPERATOR) return this.#skip(1)
    const member = memberAt(value, this.#at)
    if (member > 0 && this.#expect !== OPERAND) return this.#member(member)
    if (code === 0x5c && this.#expect !== OPERATOR) return this.#skip(1)
    if (this.#expect === OPERAND) return this.#prefix(code)
    const operator = operatorAt(value, this.#at)
    if (operator === '' && code !== 0x2e) return false
    if (operator === '=' || operator === '+=' || operator === ':=') this.#assign()
    this.#at += Math.max(1, operator.length)
    if (operator === '++' || operator === '--') return true
    return this.#operator()
  }

  #separator(): boolean {
    this.#remember()
    this.#path = ''
    this.#at++
    this.#operators++
    this.#head = false
    this.#expect = OPERAND
    return true
  }

  #skip(length: number): boolean {
    this.#at += length
    return true
  }

  #member(length: number): boolean {
    this.#at += length
    this.#skipBlanks()
    const name = this.#nextWord()
    if (name === '') return true
    this.#path =
      this.#path === '' ? `.${name}` : `${short(this.#path)}.${name.includes('\\') ? unescapeWord(name) : name}`
    this.#expect = OPERATOR
    return true
  }

  /** What stands before an operand: a sign, a spread, or the literal of a regular expression. */
  #prefix(code: number): boolean {
    const value = this.#value
    if (code === 0x2b || code === 0x2d || code === 0x21 || code === 0x7e || code === 0x26) return this.#skip(1)
    if (value.startsWith('...', this.#at)) return this.#skip(3)
    if (code === 0x2f) {
      const { end, closed } = endOfString(value, this.#at)
      if (!closed) return false
      this.#at = end
      while (this.#at < value.length && isWord(value.charCodeAt(this.#at))) this.#at++
      this.#path = '/'
      this.#expect = OPERATOR
      return true
    }
    return false
  }

  #operator(): boolean {
    this.#remember()
    this.#path = ''
    this.#operators++
    this.#expect = OPERAND
    return true
  }

  #assign(): void {
    if (this.#path !== '') this.#assigned.push(this.#path)
  }

  #remember(): void {
    if (this.#path.includes('.')) this.#members.push(this.#path)
  }
}

function lineEnd(value: string, at: number): number {
  const end = value.indexOf('\n', at)
  const stop = end < 0 ? value.length : end
  const line = value.slice(at, Math.min(stop, at + 2_000)).indexOf('\r')
  return line < 0 ? Math.min(stop + 1, value.length) : at + line + 1
}

function isFraction(value: string, at: number): boolean {
  return value.charCodeAt(at) === 0x2e && isDigit(value.charCodeAt(at + 1))
}

/** Length of `.`, `?.`, `->`, `::` where a name follows; 0 where none does. */
function memberAt(value: string, at: number): number {
  const length =
    value.startsWith('?.', at) || value.startsWith('->', at) || value.startsWith('::', at)
      ? 2
      : value.charCodeAt(at) === 0x2e
        ? 1
        : 0
  if (length === 0) return 0
  const next = value.charCodeAt(at + length)
  return isWord(next) || isBlank(next) || next === 0x5c || length === 2 ? length : 0
}

/** A path that a text makes as long as it likes is cut: names at its end are what is asked for. */
function short(path: string): string {
  return path.length > 200 ? path.slice(-100) : path
}

/** `\u0061lert` and `\u{61}lert`. */
function unescapeWord(word: string): string {
  return word.replace(/\\u(?:([0-9a-f]{4})|\{0*([0-9a-f]{1,6})\})/gi, (all, plain?: string, braced?: string) => {
    const code = Number.parseInt(plain ?? braced ?? '', 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}
