import { compile, createPhraseSet, type Matcher, PatternError } from '@holdfast/match'
import { SecLangError } from '../error.ts'
import type { Place } from '../parse/syntax.ts'
import type { State } from '../run/state.ts'
import type { Operation, OperatorSource } from './types.ts'

/** TX:0 to TX:9. */
const MOST_CAPTURED = 10

/**
 * A regex over bytes, as ModSecurity compiles it: `.` matches every byte, `$` the very end.
 * @throws SecLangError regex_invalid
 */
export function regex(source: string, place: Place, ignoreCase = false): Matcher {
  try {
    return compile(source, { flags: { dotAll: true, dollarEndOnly: true, ignoreCase } })
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new SecLangError('regex_invalid', `${error.message}: ${source.slice(0, 80)}`, place.file, place.line)
  }
}

/** @rx */
export function rx({ argument, macro, place }: OperatorSource): Operation {
  if (macro.constant === undefined) return changingRx((state) => macro.expand(state), place)
  const matcher = regex(argument, place)
  return {
    dynamic: false,
    member: matcher,
    matches: (value) => matcher.test(value),
    captures: (value) => groupsOf(matcher, value),
  }
}

/** A regex that holds a macro is compiled when it is known; one that cannot be matches nothing. */
function changingRx(expand: (state: State) => string, place: Place): Operation {
  let last: { source: string; matcher: Matcher | undefined } | undefined
  const current = (state: State) => {
    const source = expand(state)
    if (last?.source !== source) last = { source, matcher: attempt(source, place) }
    return last.matcher
  }
  return {
    dynamic: true,
    member: undefined,
    matches: (value, state) => current(state)?.test(value) ?? false,
    captures(value, state) {
      const matcher = current(state)
      return matcher === undefined ? undefined : groupsOf(matcher, value)
    },
  }
}

function attempt(source: string, place: Place): Matcher | undefined {
  try {
    return regex(source, place)
  } catch (error) {
    if (error instanceof SecLangError) return undefined
    throw error
  }
}

function groupsOf(matcher: Matcher, value: string): readonly (string | undefined)[] | undefined {
  return matcher
    .groups(value)
    ?.slice(0, MOST_CAPTURED)
    .map((span) => (span === undefined ? undefined : value.slice(span.start, span.end)))
}

/** Phrases in any case; the one that is found is captured. */
export function phrases(list: readonly string[]): Operation {
  const set = createPhraseSet(list)
  return {
    dynamic: false,
    member: set,
    matches: (value) => set.test(value),
    captures(value) {
      const found = set.find(value)
      return found === undefined ? undefined : [value.slice(found.start, found.end)]
    },
  }
}

/** `abc |20 41| def`: divided at blanks; bytes between bars are hexadecimal, as Snort writes them. */
export function readPhrases(text: string): string[] {
  return text
    .replaceAll(/\|([0-9a-fA-F]{2}(?:[ ]?[0-9a-fA-F]{2})*)\|/g, (_, digits: string) =>
      digits.replaceAll(/[0-9a-fA-F]{2} ?/g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))),
    )
    .split(/\s+/)
    .filter((phrase) => phrase !== '')
}

/** A phrase each line; `#` begins a comment line. */
export function readLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** Finds by a regex, and matches where something found holds; as verifyCC does. */
export function verified(source: string, place: Place, holds: (text: string) => boolean): Operation {
  const matcher = regex(source, place)
  const captures = (value: string) => {
    for (let from = 0; from <= value.length; ) {
      const found = matcher.find(value, from)
      if (found === undefined) return undefined
      const text = value.slice(found.start, found.end)
      if (holds(text)) return [text]
      from = Math.max(found.end, from + 1)
    }
    return undefined
  }
  return {
    dynamic: false,
    member: matcher,
    matches: (value) => captures(value) !== undefined,
    captures,
  }
}
