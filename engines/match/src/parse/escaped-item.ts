import { setOf, withCases } from '../bytes.ts'
import { anyByte, escapedClasses, newline, notNewline, verticalButCarriageReturn } from './classes.ts'
import { peek, refuse } from './cursor.ts'
import { takeEscapedByte } from './escape.ts'
import { type Assertion, choice, type Node, sequence, set } from './node.ts'
import type { State } from './state.ts'

const assertions: ReadonlyMap<string, Assertion> = new Map([
  ['b', 'word-boundary'],
  ['B', 'not-word-boundary'],
  ['A', 'text-start'],
  ['z', 'text-end'],
  ['Z', 'text-end-newline'],
])

/** `\R`: both bytes of CR LF, or one that breaks a line. It gives bytes back where PCRE's does not: here it is a choice, there an atomic group. */
const lineBreak = choice([sequence([set(setOf(13)), set(newline)]), set(verticalButCarriageReturn), set(setOf(13))])

const sets = new Map([...escapedClasses, ['N', notNewline], ['C', anyByte]])

/** An escape outside of a class, the cursor behind its backslash. */
export function takeEscape(state: State): Node {
  const at = state.at - 1
  const byte = takeEscapedByte(state, false, state.groupCount)
  if (byte !== undefined) return set(state.flags.ignoreCase ? withCases(setOf(byte)) : setOf(byte))
  const letter = peek(state)
  state.at++
  const assertion = assertions.get(letter)
  if (assertion !== undefined) return { kind: 'assertion', assertion }
  const bytes = sets.get(letter)
  if (bytes !== undefined) return set(bytes)
  if (letter === 'R') return lineBreak
  if (letter === 'g' && /[<']/.test(peek(state))) return refuse('recursion', at, 'recursion')
  if (letter === 'k' || letter === 'g') return refuse('backreference', at, 'backreferences')
  if (/[GKpPXlLuU]/.test(letter)) return refuse('unsupported', at, `\\${letter}`)
  return refuse('syntax', at, `\\${letter} means nothing`)
}
