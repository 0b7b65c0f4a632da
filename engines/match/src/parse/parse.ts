import { setOf, withCases } from '../bytes.ts'
import type { Flags } from '../types.ts'
import { takeBracket } from './bracket.ts'
import { anyByte, notNewline } from './classes.ts'
import { peek, refuse, take, takeMatch } from './cursor.ts'
import { takeEscape } from './escaped-item.ts'
import { takeGroupHead } from './group-head.ts'
import { lengthsOf } from './lengths.ts'
import { choice, type Node, type Pattern, repeat, sequence, set } from './node.ts'
import type { State } from './state.ts'

/** PCRE's own bound (PARENS_NEST_LIMIT). */
const deepest = 250
/** What one number in `{n,m}` may be; PCRE's bound. The bound on states hits first in most patterns. */
const mostRepeats = 65_535

const noFlags = { ignoreCase: false, dotAll: false, multiline: false, extended: false, ungreedy: false }

/**
 * Reads RE2's syntax, and what of PCRE's is regular, over bytes.
 * Sources: pcre2pattern(3), https://github.com/google/re2/wiki/Syntax
 * @throws PatternError
 */
export function parse(source: string, flags: Flags = {}): Pattern {
  const state: State = {
    source,
    at: 0,
    flags: { ...noFlags, dollarEndOnly: true, ...flags },
    groupCount: 0,
    groupNames: new Map(),
  }
  const root = takeChoice(state, 0)
  if (state.at < source.length) return refuse('syntax', state.at, ') without its (')
  return { root, groupCount: state.groupCount, groupNames: state.groupNames }
}

/** Flags set inside hold to the end of the group, in the alternatives that follow too. */
function takeChoice(state: State, depth: number): Node {
  const { flags } = state
  const items = [takeSequence(state, depth)]
  while (take(state, '|')) items.push(takeSequence(state, depth))
  state.flags = flags
  return choice(items)
}

function takeSequence(state: State, depth: number): Node {
  const items: Node[] = []
  for (;;) {
    skipBlanks(state)
    const next = peek(state)
    if (next === '' || next === '|' || next === ')') return sequence(items)
    if (take(state, '\\Q')) {
      for (const node of takeQuoted(state)) items.push(node)
      continue
    }
    if (take(state, '\\E')) continue
    const item = takeItem(state, depth)
    if (item !== undefined) items.push(takeQuantifier(state, item))
  }
}

/** `\Q` ... `\E`: each character for itself; a quantifier behind it belongs to the last. */
function takeQuoted(state: State): Node[] {
  const end = state.source.indexOf('\\E', state.at)
  const stop = end < 0 ? state.source.length : end
  const nodes: Node[] = []
  while (state.at < stop) nodes.push(literal(state))
  if (end >= 0) state.at += 2
  const last = nodes.pop()
  return last === undefined ? [] : [...nodes, takeQuantifier(state, last)]
}

/** @returns undefined for what is nothing by itself: a comment, flags */
function takeItem(state: State, depth: number): Node | undefined {
  const at = state.at
  const { dotAll, multiline, dollarEndOnly, ignoreCase } = state.flags
  if (/[*+?]/.test(peek(state))) return refuse('syntax', at, 'a quantifier with nothing to repeat')
  if (take(state, '(')) return takeGroup(state, depth, at)
  if (take(state, '[')) return set(takeBracket(state, ignoreCase, state.groupCount))
  if (take(state, '.')) return set(dotAll ? anyByte : notNewline)
  if (take(state, '^')) return { kind: 'assertion', assertion: multiline ? 'line-start' : 'text-start' }
  if (take(state, '$')) {
    const end = dollarEndOnly ? 'text-end' : 'text-end-newline'
    return { kind: 'assertion', assertion: multiline ? 'line-end' : end }
  }
  if (take(state, '\\')) return takeEscape(state)
  return literal(state)
}

function takeGroup(state: State, depth: number, at: number): Node | undefined {
  if (depth >= deepest) return refuse('too_large', at, `groups deeper than ${deepest}`)
  const outside = state.flags
  const head = takeGroupHead(state)
  if (head === 'nothing') return undefined
  const item = takeChoice(state, depth + 1)
  if (!take(state, ')')) return refuse('syntax', at, '( without its )')
  state.flags = outside
  return head === 'plain' ? item : { kind: 'group', index: head, item }
}

function literal(state: State): Node {
  const code = state.source.charCodeAt(state.at)
  if (code > 255) return refuse('unsupported', state.at, 'a character beyond latin1: write its bytes')
  state.at++
  return set(state.flags.ignoreCase ? withCases(setOf(code)) : setOf(code))
}

function takeQuantifier(state: State, item: Node): Node {
  skipBlanks(state)
  const at = state.at
  const bounds = takeBounds(state)
  if (bounds === undefined) return item
  const [min, max] = bounds
  if (take(state, '+')) return refuse('atomic', at, 'possessive quantifiers')
  const lazy = take(state, '?') !== state.flags.ungreedy
  const again = state.at
  skipBlanks(state)
  if (takeBounds(state) !== undefined) return refuse('syntax', again, 'a quantifier behind a quantifier')
  // What reads nothing does once what it does often.
  const most = lengthsOf(item).max === 0 ? 1 : Infinity
  return repeat(item, Math.min(min, most), Math.min(max, most), lazy)
}

/** `{` that begins no count is a brace. */
function takeBounds(state: State): readonly [number, number] | undefined {
  const at = state.at
  if (take(state, '*')) return [0, Infinity]
  if (take(state, '+')) return [1, Infinity]
  if (take(state, '?')) return [0, 1]
  const found = takeMatch(state, /\{(\d+)(?:(,)(\d*))?\}/y)
  if (found === undefined) return undefined
  const min = Number(found[1])
  const max = found[2] === undefined ? min : found[3] === '' ? Infinity : Number(found[3])
  if (max < min) return refuse('syntax', at, 'a count whose end is below its beginning')
  if (min > mostRepeats || (max > mostRepeats && max !== Infinity)) return refuse('too_large', at, 'a count too high')
  return [min, max]
}

/** In extended mode; comments in parentheses are groups that are nothing. */
function skipBlanks(state: State): void {
  if (state.flags.extended) takeMatch(state, /(?:[\t-\r ]|#[^\n]*)*/y)
}
