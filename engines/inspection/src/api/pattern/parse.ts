import { type Node, PatternProblem } from './node.ts'
import { BLANKS, DIGITS, invert, LINE_ENDS, property, type Ranges, unite, WORD } from './ranges.ts'

const DEEPEST = 100
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 }
const CLASSES: Readonly<Record<string, Ranges>> = {
  d: DIGITS,
  D: invert(DIGITS),
  w: WORD,
  W: invert(WORD),
  s: BLANKS,
  S: invert(BLANKS),
}

/**
 * Reads a pattern of JSON Schema: ECMA-262 with the flag `u` (JSON Schema 2020-12 core, section 6.4), and as leniently as people write it: needless
 * escapes, a hyphen behind a class.
 * @throws PatternProblem for backreferences, lookbehind, and what is no pattern
 */
export function parsePattern(source: string): Node {
  return new Parser(source).read()
}

class Parser {
  readonly #points: readonly string[]
  #at = 0

  constructor(source: string) {
    this.#points = Array.from(source)
  }

  read(): Node {
    const node = this.#choice(0)
    if (this.#at < this.#points.length) throw new PatternProblem('a parenthesis that nothing opens')
    return node
  }

  #take(text: string): boolean {
    if (!this.#ahead(text)) return false
    this.#at += text.length
    return true
  }

  #ahead(text: string): boolean {
    for (let n = 0; n < text.length; n++) if (this.#points[this.#at + n] !== text[n]) return false
    return true
  }

  #choice(depth: number): Node {
    if (depth > DEEPEST) throw new PatternProblem('nested too deeply')
    const items = [this.#sequence(depth)]
    while (this.#take('|')) items.push(this.#sequence(depth))
    return items.length === 1 ? (items[0] as Node) : { kind: 'choice', items }
  }

  #sequence(depth: number): Node {
    const items: Node[] = []
    for (
      let next = this.#points[this.#at];
      next !== undefined && next !== '|' && next !== ')';
      next = this.#points[this.#at]
    ) {
      items.push(this.#repeated(this.#atom(depth)))
    }
    return items.length === 1 ? (items[0] as Node) : { kind: 'sequence', items }
  }

  #repeated(item: Node): Node {
    const bounds = this.#bounds()
    if (bounds === undefined) return item
    if (item.kind === 'assertion' || item.kind === 'look') throw new PatternProblem('an assertion that is repeated')
    const [min, max] = bounds
    if (max < min) throw new PatternProblem('a quantifier whose bounds are out of order')
    this.#take('?')
    return { kind: 'repeat', item, min, max }
  }

  #bounds(): readonly [min: number, max: number] | undefined {
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#take('?')) return [0, 1]
    if (!this.#ahead('{')) return undefined
    const [whole, min = '', comma, max = ''] =
      /^\{(\d{1,6})(,)?(\d{1,6})?\}/.exec(this.#points.slice(this.#at, this.#at + 16).join('')) ?? []
    if (whole === undefined) return undefined
    this.#at += whole.length
    return [Number(min), max === '' ? (comma === undefined ? Number(min) : Infinity) : Number(max)]
  }

  #atom(depth: number): Node {
    if (this.#take('^')) return { kind: 'assertion', text: '^' }
    if (this.#take('$')) return { kind: 'assertion', text: '$' }
    if (this.#take('.')) return { kind: 'set', ranges: invert(LINE_ENDS) }
    if (this.#take('(')) return this.#group(depth)
    if (this.#take('[')) return { kind: 'set', ranges: this.#bracket() }
    if (this.#take('\\')) {
      if (this.#take('b')) return { kind: 'assertion', text: '\\b' }
      if (this.#take('B')) return { kind: 'assertion', text: '\\B' }
      return { kind: 'set', ranges: this.#escape() }
    }
    const point = this.#points[this.#at++] as string
    if (point === '*' || point === '+' || point === '?') throw new PatternProblem('a quantifier of nothing')
    return { kind: 'set', ranges: [single(point)] }
  }

  #group(depth: number): Node {
    let look: boolean | undefined
    if (this.#take('?')) {
      if (this.#take('=')) look = false
      else if (this.#take('!')) look = true
      else if (this.#ahead('<=') || this.#ahead('<!')) throw new PatternProblem('lookbehind')
      else if (this.#take('<')) while (this.#at < this.#points.length && !this.#take('>')) this.#at++
      else if (!this.#take(':')) throw new PatternProblem('a group of an unknown kind')
    }
    const item = this.#choice(depth + 1)
    if (!this.#take(')')) throw new PatternProblem('a parenthesis that nothing closes')
    return look === undefined ? item : { kind: 'look', item, negative: look }
  }

  #bracket(): Ranges {
    const negated = this.#take('^')
    const ranges: (readonly [number, number])[] = []
    while (!this.#take(']')) {
      const first = this.#member()
      const [start] = first
      if (
        first.length === 1 &&
        start !== undefined &&
        start[0] === start[1] &&
        this.#ahead('-') &&
        this.#points[this.#at + 1] !== ']'
      ) {
        this.#at++
        const [end, more] = this.#member()
        if (end === undefined || more !== undefined || end[0] !== end[1])
          ranges.push(start, single('-'), ...(end === undefined ? [] : [end]))
        else if (end[0] < start[0]) throw new PatternProblem('a range that is out of order')
        else ranges.push([start[0], end[0]])
      } else ranges.push(...first)
    }
    return negated ? invert(ranges) : unite(ranges)
  }

  #member(): Ranges {
    if (this.#take('\\')) return this.#take('b') ? [[8, 8]] : this.#escape()
    const point = this.#points[this.#at++]
    if (point === undefined) throw new PatternProblem('a bracket that nothing closes')
    return [single(point)]
  }

  /** Behind the backslash. */
  #escape(): Ranges {
    const letter = this.#points[this.#at++]
    if (letter === undefined) throw new PatternProblem('a backslash at the end')
    const known = CLASSES[letter]
    if (known !== undefined) return known
    const control = CONTROLS[letter]
    if (control !== undefined) return [[control, control]]
    if (letter === 'p' || letter === 'P') return this.#property(letter === 'P')
    if (letter === 'x') return this.#code(/^[0-9A-Fa-f]{2}/)
    if (letter === 'u') return this.#ahead('{') ? this.#code(/^\{[0-9A-Fa-f]{1,6}\}/) : this.#code(/^[0-9A-Fa-f]{4}/)
    if (letter === 'c') return this.#controlLetter()
    if (letter === 'k' || /[1-9]/.test(letter)) throw new PatternProblem('a backreference')
    if (/[A-Za-z]/.test(letter)) throw new PatternProblem(`the unknown escape \\${letter}`)
    return [single(letter)]
  }

  #property(negated: boolean): Ranges {
    const name = /^\{([^}]*)\}/.exec(this.#points.slice(this.#at, this.#at + 60).join(''))
    const ranges = name === null ? undefined : property(name[1] ?? '')
    if (name === null || ranges === undefined) throw new PatternProblem('an unknown Unicode property')
    this.#at += name[0].length
    return negated ? invert(ranges) : ranges
  }

  #code(form: RegExp): Ranges {
    const found = form.exec(this.#points.slice(this.#at, this.#at + 10).join(''))
    if (found === null) throw new PatternProblem('an escape without its digits')
    this.#at += found[0].length
    const point = Number.parseInt(found[0].replace('{', ''), 16)
    if (point > 0x10_ff_ff) throw new PatternProblem('an escape beyond Unicode')
    return [[point, point]]
  }

  #controlLetter(): Ranges {
    const letter = this.#points[this.#at++] ?? ''
    if (!/^[A-Za-z]$/.test(letter)) throw new PatternProblem('an escape without its letter')
    const code = letter.charCodeAt(0) % 32
    return [[code, code]]
  }
}

const single = (point: string): readonly [number, number] => {
  const code = point.codePointAt(0) ?? 0
  return [code, code]
}
