import { createAutomata } from './automaton/automata.ts'
import { patternOf } from './members.ts'
import { parse } from './parse/parse.ts'
import { textOf } from './text.ts'
import type { CompileOptions, Matcher } from './types.ts'

/**
 * Compiles a pattern: RE2's syntax, and what of PCRE's is regular, over bytes (docs/design/patterns.md).
 * @throws PatternError
 */
export function compile(source: string, { flags = {}, limits = {} }: CompileOptions = {}): Matcher {
  const pattern = parse(source, flags)
  const automata = createAutomata(pattern, limits)
  const matcher: Matcher = {
    source,
    groupCount: pattern.groupCount,
    groupNames: pattern.groupNames,
    test: (input) => automata.test(textOf(input)),
    find: (input, from = 0) => automata.find(textOf(input), from),
    groups: (input, from = 0) => automata.groups(textOf(input), from),
  }
  patternOf.set(matcher, pattern)
  return matcher
}
