import type { Assertion } from '../parse/node.ts'

/** What an instruction does. `set` reads a byte; all others read nothing. */
export const ops = { set: 0, split: 1, assert: 2, save: 3, match: 4 } as const

/**
 * A nondeterministic automaton (Thompson's construction), instruction i in place i of each array. A split prefers `next` to `other`.
 */
export type Program = {
  readonly start: number
  readonly size: number
  readonly op: Uint8Array
  readonly next: Int32Array
  /** split: the other way; set: which set; assert: which assertion; save: which slot */
  readonly arg: Int32Array
  readonly alphabet: Alphabet
  /** `member[set * alphabet.size + symbol]`: 1 when the set has the symbol */
  readonly member: Uint8Array
  /** this program reads from right to left */
  readonly backward: boolean
}

/** Bytes that no part of a pattern tells apart are one symbol. */
export type Alphabet = {
  /** all symbols, the two that are no bytes included */
  readonly size: number
  readonly symbolOf: Uint8Array
  /** what stands behind the last byte and before the first */
  readonly edge: number
  /** a newline that is the last byte of the input; undefined when the pattern does not ask */
  readonly finalNewline: number | undefined
  /** what assertions want to know of a symbol, by `facts` */
  readonly facts: Uint8Array
  /** any byte of each symbol */
  readonly sample: Uint8Array
}

export const facts = { edge: 1, newline: 2, finalNewline: 4, word: 8 } as const

export const assertions: readonly Assertion[] = [
  'text-start',
  'text-end',
  'text-end-newline',
  'line-start',
  'line-end',
  'word-boundary',
  'not-word-boundary',
]
