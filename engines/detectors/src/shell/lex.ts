/** One word of a command, with its quotes taken away and what expands to nothing or to blanks expanded. POSIX XCU, 2.2 to 2.6. */
export interface Word {
  readonly text: string
  readonly raw: string
  /** Quotes, escapes or empty expansions inside of a word, which do nothing but hide it. */
  readonly tricked: boolean
  /** A variable, a substitution or arithmetic is in it. */
  readonly expanded: boolean
}

/** What stands before a command: nothing, a separator, or what opens a substitution. */
export type Joint = '' | ';' | '&' | '&&' | '|' | '||' | '\n' | '(' | '$(' | '`' | '<(' | ')'

/** A simple command. POSIX XCU, 2.9.1. */
export interface Command {
  readonly joint: Joint
  readonly words: readonly Word[]
  /** Targets of its redirections. */
  readonly redirects: readonly string[]
  /** Where what joins it begins, and where its words do. */
  readonly at: number
  readonly start: number
  readonly end: number
}

/** So many words are read. */
const MOST_WORDS = 2_000

const BLANK_EXPANSION = /\$IFS(?:\$[0-9@*])?|\$\{IFS[^}]{0,20}\}(?:\$[0-9@*])?/y
const EMPTY_EXPANSION = /\$[@*0-9!]|\$_(?![A-Za-z0-9])|\$\{[@*0-9!]\}|\$\([ \t]*\)|``/y
const EXPANSION =
  /\$\{[^}]{0,80}\}|\$\(\([^)]{0,80}\)\)|\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z_][A-Za-z0-9_]*(?::~?[^%]{1,20})?%/y
/** A tag of HTML is no redirection. */
const TAG = /<\/?[A-Za-z][A-Za-z0-9]{0,20}\s{0,4}\/?>/y
const BRACES = /\{([^{}\s,]*(?:,[^{}\s,]*)+)\}/y

/** The simple commands of a text, in one flat row: those in substitutions stand between the parts of those around them. */
export function readCommands(text: string, from: number): Command[] {
  return new Lexer(text, from).read()
}

class Lexer {
  readonly #text: string
  readonly #commands: Command[] = []
  #at: number
  #joint: Joint = ''
  #jointAt: number
  #start: number
  #words: Word[] = []
  #redirects: string[] = []
  #redirected = false
  #count = 0
  /** The word that is being read. */
  #word = ''
  #wordStart = -1
  #tricked = false
  #expanded = false
  #ticks = false

  constructor(text: string, from: number) {
    this.#text = text
    this.#at = from
    this.#start = from
    this.#jointAt = from
  }

  read(): Command[] {
    while (this.#at < this.#text.length && this.#count < MOST_WORDS) this.#step(this.#text.charCodeAt(this.#at))
    this.#endCommand('', this.#text.length, 0)
    return this.#commands
  }

  #step(code: number): void {
    if (code === 0x20 || code === 0x09) {
      this.#endWord()
      this.#at++
    } else if (code === 0x0a || code === 0x0d) this.#endCommand('\n', this.#at, 1)
    else if (code === 0x3b) this.#endCommand(';', this.#at, 1)
    else if (code === 0x7c) this.#pair('|', '||')
    else if (code === 0x26) this.#ampersand()
    else if (code === 0x27 || code === 0x22) this.#quoted(code)
    else if (code === 0x5c || code === 0x5e) this.#escaped(code)
    else if (code === 0x60) this.#backtick()
    else if (code === 0x24 || code === 0x25) this.#dollar(code)
    else if (code === 0x28) this.#endCommand('(', this.#at, 1)
    else if (code === 0x29) this.#endCommand(')', this.#at, 1)
    else if (code === 0x3c || code === 0x3e) this.#redirection(code)
    else if (code === 0x7b) this.#brace()
    else this.#add(this.#text.charAt(this.#at), 1)
  }

  #add(text: string, length: number): void {
    if (this.#wordStart < 0) this.#wordStart = this.#at
    this.#word += text
    this.#at += length
  }

  #endWord(): void {
    if (this.#wordStart < 0) return
    this.#count++
    if (this.#redirected) this.#redirects.push(this.#word)
    else {
      const raw = this.#text.slice(this.#wordStart, this.#at)
      this.#words.push({ text: this.#word, raw, tricked: this.#tricked, expanded: this.#expanded })
    }
    this.#redirected = false
    this.#word = ''
    this.#wordStart = -1
    this.#tricked = false
    this.#expanded = false
  }

  #endCommand(joint: Joint, at: number, length: number): void {
    this.#endWord()
    if (this.#words.length > 0 || this.#redirects.length > 0) {
      const [words, redirects] = [this.#words, this.#redirects]
      this.#commands.push({ joint: this.#joint, words, redirects, at: this.#jointAt, start: this.#start, end: at })
    }
    this.#words = []
    this.#redirects = []
    this.#redirected = false
    this.#joint = joint
    this.#jointAt = at
    this.#at = at + length
    this.#start = this.#at
  }

  #pair(single: Joint, double: Joint): void {
    const twice = this.#text.charCodeAt(this.#at + 1) === this.#text.charCodeAt(this.#at)
    this.#endCommand(twice ? double : single, this.#at, twice ? 2 : 1)
  }

  /** `2>&1` and `&>file` are redirections. */
  #ampersand(): void {
    const text = this.#text
    if (text.charCodeAt(this.#at - 1) === 0x3e) this.#at++
    else if (text.charCodeAt(this.#at + 1) === 0x3e) this.#at++
    else this.#pair('&', '&&')
  }

  /** A quote that is never closed is a character of its word: what stands behind the text closes it. */
  #quoted(quote: number): void {
    const text = this.#text
    const close = quote === 0x27 ? text.indexOf("'", this.#at + 1) : endOfDouble(text, this.#at + 1)
    if (close < 0) {
      this.#add('', 1)
      return
    }
    const inside = text.slice(this.#at + 1, close)
    const before = this.#wordStart >= 0
    if (quote === 0x22 && /\$\(|`/.test(inside)) {
      this.#add('', 1)
      return
    }
    if ((before || isNameCode(text.charCodeAt(close + 1))) && !/\s/.test(inside)) this.#tricked = true
    this.#add(inside, close + 1 - this.#at)
  }

  /** `\` of sh, `^` of cmd.exe. */
  #escaped(code: number): void {
    const next = this.#text.charAt(this.#at + 1)
    if (code === 0x5c && next === '\n') {
      this.#at += 2
      return
    }
    if (isNameCode(next.charCodeAt(0))) {
      this.#tricked ||= isNameCode(this.#text.charCodeAt(this.#at - 1)) || code === 0x5c
      this.#add(code === 0x5c && this.#behindDrive() ? `\\${next}` : next, 2)
    } else this.#add(next, 2)
  }

  /** `c:` of Windows stands before. Looked up in the text: to look into the word that grows would be to copy it each time. */
  #behindDrive(): boolean {
    const at = this.#at
    if (this.#wordStart < 0 || at - this.#wordStart < 2 || this.#text.charCodeAt(at - 1) !== 0x3a) return false
    return /[A-Za-z]/.test(this.#text.charAt(at - 2))
  }

  /** Three of them fence a block of Markdown, and two are empty. */
  #backtick(): void {
    const text = this.#text
    if (text.startsWith('```', this.#at)) {
      this.#endCommand('\n', this.#at, 3)
      return
    }
    if (text.charCodeAt(this.#at + 1) === 0x60) {
      this.#tricked = true
      this.#at += 2
      return
    }
    this.#ticks = !this.#ticks
    this.#endCommand(this.#ticks ? '`' : ')', this.#at, 1)
  }

  #dollar(code: number): void {
    const text = this.#text
    if (code === 0x24) {
      const blank = this.#match(BLANK_EXPANSION)
      if (blank !== undefined) {
        this.#endWord()
        this.#at += blank.length
        this.#pushTrick()
        return
      }
      const empty = this.#match(EMPTY_EXPANSION)
      if (empty !== undefined) {
        this.#tricked = true
        this.#at += empty.length
        return
      }
    }
    const expansion = this.#match(EXPANSION)
    if (expansion !== undefined) {
      this.#expanded = true
      this.#add(expansion, expansion.length)
    } else if (code === 0x24 && text.charCodeAt(this.#at + 1) === 0x28) this.#endCommand('$(', this.#at, 2)
    else this.#add(text.charAt(this.#at), 1)
  }

  /** The word before a `$IFS` is written with it for no other reason than to have no blank. */
  #pushTrick(): void {
    const last = this.#words.pop()
    if (last !== undefined) this.#words.push({ ...last, tricked: true })
  }

  #redirection(code: number): void {
    const text = this.#text
    const tag = code === 0x3c ? this.#match(TAG) : undefined
    if (tag !== undefined) {
      this.#add(tag, tag.length)
      return
    }
    if (text.charCodeAt(this.#at + 1) === 0x28) {
      this.#endCommand('<(', this.#at, 2)
      return
    }
    if (/^[0-9]$/.test(this.#word)) this.#word = ''
    this.#endWord()
    while (text.charCodeAt(this.#at) === code || text.charCodeAt(this.#at) === 0x26) this.#at++
    this.#redirected = true
  }

  /** `{cat,/etc/passwd}` is two words. */
  #brace(): void {
    const braces = this.#wordStart < 0 ? this.#match(BRACES) : undefined
    if (braces === undefined) {
      this.#add('{', 1)
      return
    }
    for (const text of braces
      .slice(1, -1)
      .split(',')
      .filter((part) => part !== ''))
      this.#words.push({ text, raw: text, tricked: true, expanded: false })
    this.#count++
    this.#at += braces.length
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.[0]
  }
}

function endOfDouble(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5c) at++
    else if (code === 0x22) return at
  }
  return -1
}

function isNameCode(code: number): boolean {
  const lower = code | 0x20
  return (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2f || code === 0x3f
}
