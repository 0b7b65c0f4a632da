import type { Matcher, PhraseSet } from '@holdfast/match'
import type { Detectors } from '../types.ts'
import type { Place } from '../parse/syntax.ts'
import type { Macro } from '../run/macro.ts'
import type { State } from '../run/state.ts'

/** A compiled operator, without its negation. */
export interface Operation {
  /** True where the answer depends on more than the value: an argument with a macro. */
  readonly dynamic: boolean
  /** What may stand for it in a scan for all rules at once. */
  readonly member: Matcher | PhraseSet | undefined
  /** Of a comparison of numbers: the same without a text between. */
  readonly numeric?: (value: number, state: State) => boolean
  matches(value: string, state: State): boolean
  /** @returns what `capture` puts into TX:0 to TX:9, or undefined where it does not match */
  captures(value: string, state: State): readonly (string | undefined)[] | undefined
}

/** What an operator is made of. */
export interface OperatorSource {
  readonly name: string
  /** As it stands in the rule. */
  readonly argument: string
  readonly place: Place
  /** The argument with its macros. */
  readonly macro: Macro
  /** The text of a data file: beside the configuration file, or as named. */
  readonly file: (name: string) => string
  readonly detectors: Detectors | undefined
}

/** An operator that answers yes or no, of the value alone. */
export function plain(matches: (value: string) => boolean): Operation {
  return {
    dynamic: false,
    member: undefined,
    matches,
    captures: (value) => (matches(value) ? [value] : undefined),
  }
}

/** An operator that compares with its argument, which may hold macros. */
export function compared(macro: Macro, matches: (value: string, argument: string) => boolean): Operation {
  const { constant } = macro
  if (constant !== undefined) return plain((value) => matches(value, constant))
  const asked = (value: string, state: State) => matches(value, macro.expand(state))
  return {
    dynamic: true,
    member: undefined,
    matches: asked,
    captures: (value, state) => (asked(value, state) ? [value] : undefined),
  }
}
