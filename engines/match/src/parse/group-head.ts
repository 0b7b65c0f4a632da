import { peek, refuse, take, takeMatch } from './cursor.ts'
import type { State } from './state.ts'

/** What cannot be done with an automaton, or is not done, by how its group begins. */
const refused = [
  [/\?<?[=!]/y, 'lookaround', 'lookaround'],
  [/\*(?:n?a?pl[ab]|nl[ab]|(?:non_atomic_)?(?:positive|negative)_look)/y, 'lookaround', 'lookaround'],
  [/\?>/y, 'atomic', 'atomic groups'],
  [/\?P=/y, 'backreference', 'backreferences'],
  [/\?(?:R|P>|&|[+-]?\d)/y, 'recursion', 'recursion'],
  [/\?\|/y, 'unsupported', 'branch resets'],
  [/\?\(/y, 'unsupported', 'conditions'],
  [/\?C/y, 'unsupported', 'callouts'],
  [/\*/y, 'unsupported', 'verbs'],
] as const

const flagOf = {
  i: 'ignoreCase',
  s: 'dotAll',
  m: 'multiline',
  x: 'extended',
  U: 'ungreedy',
} as const

/**
 * How a group begins, the cursor behind its parenthesis.
 * @returns its number when it captures, `plain` when not, `nothing` for a comment or flags, which were read to their end
 */
export function takeGroupHead(state: State): number | 'plain' | 'nothing' {
  const at = state.at - 1
  if (!/[?*]/.test(peek(state))) return ++state.groupCount
  for (const [head, code, what] of refused) {
    if (takeMatch(state, head) !== undefined) return refuse(code, at, `${what} are not matched in linear time here`)
  }
  state.at++
  if (take(state, '#')) {
    return takeMatch(state, /[^)]*\)/y) === undefined ? refuse('syntax', at, 'a comment without its )') : 'nothing'
  }
  const name = takeMatch(state, /P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'/y)
  if (name !== undefined) return named(state, name[1] ?? name[2] ?? '', at)
  return takeFlags(state, at)
}

function named(state: State, name: string, at: number): number {
  if (state.groupNames.has(name)) return refuse('syntax', at, `two groups called ${name}`)
  state.groupNames.set(name, ++state.groupCount)
  return state.groupCount
}

/** `(?i-s)` for the rest of the group around it, `(?i-s:...)` for this one. */
function takeFlags(state: State, at: number): 'plain' | 'nothing' {
  const found = takeMatch(state, /(\^?)([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/y)
  if (found === undefined) return refuse('syntax', at, `(?${peek(state)} begins nothing`)
  const [, cleared, on = '', off = '', end] = found
  const flags = { ...state.flags }
  if (cleared === '^') for (const letter of ['i', 's', 'm', 'x'] as const) flags[flagOf[letter]] = false
  for (const [letters, value] of [
    [on, true],
    [off, false],
  ] as const) {
    for (const letter of letters) {
      if (!Object.hasOwn(flagOf, letter)) return refuse('unsupported', at, `the flag ${letter}`)
      flags[flagOf[letter as keyof typeof flagOf]] = value
    }
  }
  state.flags = flags
  return end === ':' ? 'plain' : 'nothing'
}
