import { type Node, PatternProblem } from './node.ts'
import type { Ranges } from './ranges.ts'

const hex = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`
const span = (first: number, last: number): string => (first === last ? hex(first) : `[${hex(first)}-${hex(last)}]`)

/** Writes a pattern of characters as one of their UTF-8 bytes, for `@holdfast/match`. */
export function emit(node: Node): string {
  switch (node.kind) {
    case 'set':
      return emitSet(node.ranges)
    case 'sequence':
      return node.items.map((item) => (item.kind === 'choice' ? `(?:${emit(item)})` : emit(item))).join('')
    case 'choice':
      return node.items.map(emit).join('|')
    case 'repeat': {
      const { item, min, max } = node
      return `(?:${emit(item)}){${min},${max === Infinity ? '' : max}}`
    }
    case 'assertion':
      return node.text
    default:
      throw new PatternProblem('lookahead elsewhere than behind the ^ of the whole pattern')
  }
}

function emitSet(ranges: Ranges): string {
  const ascii: string[] = []
  const more: string[] = []
  for (const [first, last] of ranges) {
    if (first < 0x80) ascii.push(`${hex(first)}-${hex(Math.min(last, 0x7f))}`)
    if (last >= 0x80) more.push(...sequences(Math.max(first, 0x80), last))
  }
  if (ascii.length > 0) more.unshift(`[${ascii.join('')}]`)
  // What no character is in matches nothing: a byte that UTF-8 never has.
  return more.length === 0
    ? '\\xff'
    : more.length === 1 && ascii.length === 1
      ? (more[0] as string)
      : `(?:${more.join('|')})`
}

/** The first and last code point of each length of UTF-8, and the surrogates, which are no characters, left out. */
const LENGTHS: Ranges = [
  [0x80, 0x7_ff],
  [0x8_00, 0xd7_ff],
  [0xe0_00, 0xff_ff],
  [0x1_00_00, 0x10_ff_ff],
]

/** Byte patterns that together are the code points from first to last (RFC 3629). */
function sequences(first: number, last: number): string[] {
  return LENGTHS.flatMap(([low, high]) => {
    const from = Math.max(first, low)
    const to = Math.min(last, high)
    return from > to ? [] : split(bytes(from), bytes(to))
  })
}

function bytes(point: number): number[] {
  return [...new TextEncoder().encode(String.fromCodePoint(point))]
}

/** Sequences of one length between two: where the first bytes differ, the middle takes any continuation. */
function split([low = 0, ...lows]: readonly number[], [high = 0, ...highs]: readonly number[]): string[] {
  if (lows.length === 0) return [span(low, high)]
  if (low === high) return split(lows, highs).map((rest) => hex(low) + rest)
  const parts: string[] = []
  const wholeLow = lows.every((byte) => byte === 0x80)
  const wholeHigh = highs.every((byte) => byte === 0xbf)
  if (!wholeLow)
    parts.push(
      ...split(
        lows,
        lows.map(() => 0xbf),
      ).map((rest) => hex(low) + rest),
    )
  const from = wholeLow ? low : low + 1
  const to = wholeHigh ? high : high - 1
  if (from <= to) parts.push(span(from, to) + '[\\x80-\\xbf]'.repeat(lows.length))
  if (!wholeHigh)
    parts.push(
      ...split(
        highs.map(() => 0x80),
        highs,
      ).map((rest) => hex(high) + rest),
    )
  return parts
}
