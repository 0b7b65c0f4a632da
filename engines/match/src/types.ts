/** Bytes: a Uint8Array, or a string each of whose characters is one byte (latin1, U+0000 to U+00FF). */
export type Input = string | Uint8Array

/** Offsets in bytes: `start` is the first byte of what matched, `end` the one behind its last. */
export type Span = { readonly start: number; readonly end: number }

/** What is set from outside of the pattern; `(?i)`, `(?s)`, `(?m)`, `(?x)`, `(?U)` in the pattern set and clear the same. */
export type Flags = {
  /** ASCII letters alone, as PCRE without UTF in the C locale */
  readonly ignoreCase?: boolean
  /** `.` matches a newline as well */
  readonly dotAll?: boolean
  /** `^` and `$` match at line ends */
  readonly multiline?: boolean
  /** blanks and `# comments` in the pattern mean nothing */
  readonly extended?: boolean
  /** quantifiers are lazy, and greedy with `?` behind them */
  readonly ungreedy?: boolean
  /**
   * `$` (without `m`) matches at the very end only: RE2's way, and PCRE's DOLLAR_ENDONLY. False is PCRE's own default, where it matches before a
   * final newline too. Default: true.
   */
  readonly dollarEndOnly?: boolean
}

export type Limits = {
  /** the size of a compiled pattern in states, after counted repetitions were written out; default 30,000 */
  readonly states?: number
  /**
   * what each automaton of a pattern may keep in memory, in bytes, about; default 2 MiB. `test` has one, `find` and `groups` two more, made when
   * they are first asked, and they grow by what they read: most need a few KiB. A full one forgets and goes on
   */
  readonly cache?: number
}

export type CompileOptions = {
  readonly flags?: Flags
  readonly limits?: Limits
}

/** A compiled pattern. Its answers cost time linear in the input, whatever pattern and input are. */
export interface Matcher {
  readonly source: string
  /** capturing groups, without the whole match */
  readonly groupCount: number
  /** the group of each name */
  readonly groupNames: ReadonlyMap<string, number>
  /** @returns whether the pattern matches anywhere */
  test(input: Input): boolean
  /** @returns the leftmost match; of those that begin there the one that PCRE prefers. `from` is where to begin to look: what is before it is still seen by `\b` and `^` */
  find(input: Input, from?: number): Span | undefined
  /** @returns the same match with its groups: 0 is the whole; undefined for a group that took no part */
  groups(input: Input, from?: number): readonly (Span | undefined)[] | undefined
}

/** Many literal phrases, looked for at once. */
export interface PhraseSet {
  readonly phrases: readonly string[]
  test(input: Input): boolean
  /** @returns the occurrence that ends first, of those that end there the longest */
  find(input: Input): (Span & { readonly phrase: number }) | undefined
}

/** Many patterns and phrase sets, asked at once which of them can match. */
export interface PatternSet {
  readonly members: readonly (Matcher | PhraseSet)[]
  /** 32-bit words of a set of candidates */
  readonly words: number
  /**
   * One pass over the input.
   * @param into where to write the answer, of `words` words; a new array when left out
   * @returns a bit for each member, member n in bit `n & 31` of word `n >> 5`: 0 says that it does not match; 1 that it must be asked
   */
  candidates(input: Input, into?: Uint32Array): Uint32Array
  /** @returns the members that match, in order: candidates that were asked */
  matches(input: Input): readonly number[]
}

/** Why a pattern was refused; stable. All but `syntax` and `too_large` are things that other engines know and that are not regular, or that we leave out. */
export type PatternErrorCode =
  | 'syntax'
  | 'backreference'
  | 'lookaround'
  | 'atomic'
  | 'recursion'
  | 'unsupported'
  | 'too_large'
