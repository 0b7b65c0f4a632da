import type { Range } from './tree.ts'

const WORD: Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]
const SPACE: Range[] = [
  [9, 10],
  [12, 13],
  [32, 32],
]
const POSIX: Readonly<Record<string, Range[]>> = {
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  alpha: [
    [65, 90],
    [97, 122],
  ],
  digit: [[48, 57]],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
  word: WORD,
  space: SPACE,
}

/** The ranges of `\d`, `\w`, `\s` and of their opposites (which the caller negates); null for another letter. */
export function shorthand(letter: string): Range[] | null {
  if (letter === 'd' || letter === 'D') return [[48, 57]]
  if (letter === 'w' || letter === 'W') return WORD
  return letter === 's' || letter === 'S' ? SPACE : null
}

/** Parses the class whose `[` is at `start`. */
export function parseClass(source: string, start: number): { ranges: Range[]; negated: boolean; end: number } {
  const ranges: Range[] = []
  let at = start + 1
  const negated = source[at] === '^'
  if (negated) at += 1
  for (let first = true; first || source[at] !== ']'; first = false) {
    if (at >= source.length) throw new Error('a class is not closed')
    const posix = /^\[:([a-z]+):\]/.exec(source.slice(at, at + 12))
    const known = posix === null ? undefined : POSIX[posix[1] ?? '']
    if (posix !== null && known !== undefined) {
      ranges.push(...known)
      at += posix[0].length
      continue
    }
    const short = source[at] === '\\' ? shorthand(source[at + 1] ?? '') : null
    if (short !== null) {
      ranges.push(...(/[DSW]/.test(source[at + 1] ?? '') ? complement(short) : short))
      at += 2
      continue
    }
    const from = one(source, at)
    at = from.end
    if (source[at] === '-' && source[at + 1] !== ']' && source[at + 1] !== undefined) {
      const to = one(source, at + 1)
      at = to.end
      ranges.push([from.code, to.code])
    } else ranges.push([from.code, from.code])
  }
  return { ranges, negated, end: at + 1 }
}

function complement(ranges: readonly Range[]): Range[] {
  const result: Range[] = []
  let from = 0
  for (const [start, end] of ranges) {
    if (start > from) result.push([from, start - 1])
    from = end + 1
  }
  return [...result, [from, 0xffff]]
}

function one(source: string, at: number): { code: number; end: number } {
  if (source[at] !== '\\') return { code: source.charCodeAt(at), end: at + 1 }
  const letter = source[at + 1] ?? ''
  if (letter === 'x') return { code: Number.parseInt(source.slice(at + 2, at + 4), 16), end: at + 4 }
  const control = { n: 10, r: 13, t: 9, f: 12, v: 11 }[letter]
  return { code: control ?? letter.charCodeAt(0), end: at + 2 }
}
