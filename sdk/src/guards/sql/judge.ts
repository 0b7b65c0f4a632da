import type { Token, Tokens } from './token.ts'

/**
 * What a value did in a query:
 * - `ends_literal`: it began in a literal or quoted name and did not stay in it, or cut its end off by an escape
 * - `comment`: it opened or closed a comment
 * - `tokens`: it is more than one token of the query
 */
export type Breach = 'ends_literal' | 'comment' | 'tokens'

/** - `part`: a piece of a token or a word, as any short value is somewhere; `value`: the query was made with it, rightly. */
export type Judgement = Breach | 'part' | 'value'

/** Up to this length a value is taken for one that stands there by chance, if it begins or ends inside of a word. */
const SHORT = 3
const NUMBER = /^\s*[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/
/** Without one of these nothing can be ended or opened. */
const MARKS = /['"`\\#\]]|--|\/\*|\*\//

/** What was found, in lower case. */
export interface Found {
  readonly bytes: string
  /** Whether only a form that part of an escaped value may have as well: see `Forms`. */
  readonly isDerived: boolean
}

/** What may still be read to see whether values were escaped: who makes that long is refused. */
export interface Allowance {
  left: number
}

/** @param text the query, in lower case */
export function judge(
  text: string,
  tokens: Tokens,
  start: number,
  end: number,
  { bytes: value, isDerived }: Found,
  allowance: Allowance,
): Judgement {
  const { list } = tokens
  const first = firstBehind(list, start)
  let last = first
  while (last < list.length && (list[last] as Token).start < end) last++
  if (last === first) return 'part'
  if (last > first + 1) return inMany(list.slice(first, last), start, end, value, isDerived)
  if (isDerived && isLiteral(list[first])) return 'value'
  return inOne(text, tokens, list[first] as Token, start, end, value, allowance)
}

function inOne(
  text: string,
  { splits }: Tokens,
  token: Token,
  start: number,
  end: number,
  value: string,
  allowance: Allowance,
): Judgement {
  const whole = start <= token.start && end >= token.end
  const isInside = start >= token.from && end <= token.to
  switch (token.kind) {
    case 'word':
    case 'parameter':
    case 'sign':
      return 'part'
    case 'number':
      return whole ? 'value' : 'part'
    case 'comment':
      return isInside ? 'value' : 'comment'
    default:
      if (isInside && !splits.has(start) && !splits.has(end)) return 'value'
      // A constant with its quotes is a value as a number is one.
      if (whole && token.to < token.end && text.slice(token.start, token.end) === value.trim()) return 'value'
      return isHeld(text, token, start, value, allowance) ? 'value' : 'ends_literal'
  }
}

/** Whether the application escaped the value: what the literal means has it whole, and its escaped form is what was found. */
function isHeld(text: string, token: Token, start: number, value: string, allowance: Allowance): boolean {
  const { from, to, quote, backslashes } = token
  allowance.left -= start - from + 2 * value.length
  if (start < from || allowance.left < 0) return false
  const after = (at: number): number => {
    const code = text.charCodeAt(at)
    return code === quote || (backslashes && code === 0x5c) ? at + 2 : at + 1
  }
  const isAt = (place: number): boolean => {
    let at = place
    for (let n = 0; n < value.length; n++) {
      if (at >= to || text[after(at) - 1] !== value[n]) return false
      at = after(at)
    }
    return true
  }
  // Where the value begins in what the literal means: what it begins with, several times perhaps, is there twice as often.
  let repeated = 1
  while (value[repeated] === value[0]) repeated++
  // Units are found by walking, for what is escaped before them decides where they begin.
  let at = from
  for (; at <= start; at = after(at)) if ((at === start - repeated || after(at) > start) && isAt(at)) return true
  return false
}

function inMany(covered: readonly Token[], start: number, end: number, value: string, isDerived: boolean): Judgement {
  // It began in the value, or the value went on behind it.
  if (covered.some(({ kind }) => kind === 'comment')) return 'comment'
  if (NUMBER.test(value)) return 'value'
  const [opening, closing] = [covered[0] as Token, covered.at(-1) as Token]
  if (isLiteral(opening) && start > opening.start) return 'ends_literal'
  // `text)` and `(1` are pieces of prose; a piece that does something has two things that it does it with.
  const things = covered.filter(({ kind }) => kind !== 'sign').length
  if (things < (isDerived ? 2 : 1)) return 'part'
  const isCut = cuts(opening, start) || cuts(closing, end)
  return isCut && value.length <= SHORT && !MARKS.test(value) ? 'part' : 'tokens'
}

function cuts({ kind, start, end }: Token, at: number): boolean {
  return (kind === 'word' || kind === 'number' || kind === 'parameter') && at > start && at < end
}

function isLiteral(token: Token | undefined): boolean {
  return token?.kind === 'string' || token?.kind === 'name'
}

/** The first token that ends behind the place. */
function firstBehind(list: readonly Token[], at: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as Token).end > at) high = middle
    else low = middle + 1
  }
  return low
}
