import { parseClass, shorthand } from './parse-class.ts'
import type { Tree } from './tree.ts'

interface Flags {
  anyCase: boolean
  dotAll: boolean
}

/**
 * Parses the RE2 that secret scanners' rules are written in: groups, flags from the middle of a group on, classes,
 * counted repetitions.
 * @throws Error for what it does not know
 */
export function parseRegex(source: string): Tree {
  const parser = new Parser(source)
  const tree = parser.choice({ anyCase: false, dotAll: false })
  if (!parser.done()) throw new Error(`unexpected ${source.slice(parser.at, parser.at + 10)}`)
  return tree
}

class Parser {
  readonly source: string
  at = 0

  constructor(source: string) {
    this.source = source
  }

  done(): boolean {
    return this.at >= this.source.length
  }

  choice(flags: Flags): Tree {
    const options = [this.sequence(flags)]
    while (this.source[this.at] === '|') {
      this.at += 1
      options.push(this.sequence(flags))
    }
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'choice', options }
  }

  /** Flags that are set in the middle hold to the end of the group, also over `|`. */
  private sequence(flags: Flags): Tree {
    const items: Tree[] = []
    while (!this.done() && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const item = this.atom(flags)
      if (item !== null) items.push(this.repeated(item))
    }
    return { kind: 'sequence', items }
  }

  private atom(flags: Flags): Tree | null {
    const character = this.source[this.at] ?? ''
    if (character === '(') return this.group(flags)
    if (character === '[') {
      const { ranges, negated, end } = parseClass(this.source, this.at)
      this.at = end
      return { kind: 'class', ranges, negated, anyCase: flags.anyCase }
    }
    this.at += 1
    if (character === '^' || character === '$') return { kind: 'edge', source: character }
    if (character === '.')
      return {
        kind: 'class',
        ranges: flags.dotAll
          ? [[0, 0xffff]]
          : [
              [0, 9],
              [11, 0xffff],
            ],
        negated: false,
        anyCase: false,
      }
    if (character === '\\') return this.escape(flags)
    return { kind: 'text', text: character, anyCase: flags.anyCase }
  }

  private escape({ anyCase }: Flags): Tree {
    const letter = this.source[this.at] ?? ''
    this.at += 1
    if (letter === 'b' || letter === 'B') return { kind: 'edge', source: letter === 'b' ? '\\b' : '\\B' }
    if (letter === 'z' || letter === 'A') return { kind: 'edge', source: letter === 'z' ? '$' : '^' }
    const ranges = shorthand(letter)
    if (ranges !== null) return { kind: 'class', ranges, negated: /[DSW]/.test(letter), anyCase: false }
    if (letter === 'x') {
      const digits = /^(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(this.source.slice(this.at))
      if (digits === null) throw new Error('\\x without digits')
      this.at += digits[0].length
      return { kind: 'text', text: String.fromCodePoint(Number.parseInt(digits[1] ?? digits[2] ?? '', 16)), anyCase }
    }
    const control = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }[letter]
    if (control === undefined && /[a-zA-Z0-9]/.test(letter)) throw new Error(`unknown escape \\${letter}`)
    return { kind: 'text', text: control ?? letter, anyCase }
  }

  private group(flags: Flags): Tree | null {
    const head = /^\((?:\?(?:P?<[A-Za-z_0-9]+>|([imsU]*)(?:-([imsU]+))?([:)])))?/.exec(this.source.slice(this.at))
    if (head === null || (head[0] === '(' && this.source[this.at + 1] === '?')) throw new Error('unknown group')
    this.at += head[0].length
    const [, on = '', off = '', close] = head
    const inner = {
      anyCase: (flags.anyCase || on.includes('i')) && !off.includes('i'),
      dotAll: flags.dotAll || on.includes('s'),
    }
    if (close === ')') {
      Object.assign(flags, inner)
      return null
    }
    const of = this.choice(close === undefined ? { ...flags } : inner)
    if (this.source[this.at] !== ')') throw new Error('a group is not closed')
    this.at += 1
    return { kind: 'group', of, captures: close === undefined }
  }

  private repeated(of: Tree): Tree {
    const count = /^(?:([?*+])|\{([0-9]+)(?:(,)([0-9]*))?\})(\??)/.exec(this.source.slice(this.at))
    if (count === null) return of
    this.at += count[0].length
    const [, sign, from, comma, to, lazy] = count
    const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0
    const most =
      sign === '?' ? 1 : sign !== undefined || to === '' ? Infinity : comma === undefined ? least : Number(to)
    return { kind: 'repeat', of, least, most, lazy: lazy === '?' }
  }
}
