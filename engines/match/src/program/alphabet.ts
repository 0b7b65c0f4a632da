import { type ByteSet, hasByte } from '../bytes.ts'
import { newline, wordBytes } from '../parse/classes.ts'
import type { Assertion } from '../parse/node.ts'
import { type Alphabet, facts } from './program.ts'

/** The coarsest alphabet that still tells apart what the sets and assertions of a pattern tell apart. */
export function alphabetOf(sets: readonly ByteSet[], assertions: ReadonlySet<Assertion>): Alphabet {
  const asked = [
    ...sets,
    ...(assertions.has('word-boundary') || assertions.has('not-word-boundary') ? [wordBytes] : []),
    ...(assertions.has('line-start') || assertions.has('line-end') ? [newline] : []),
  ]
  let symbolOf = new Uint8Array(256)
  let count = 1
  for (const set of asked) [symbolOf, count] = refined(symbolOf, set)
  const edge = count
  const finalNewline = assertions.has('text-end-newline') ? count + 1 : undefined
  const size = count + (finalNewline === undefined ? 1 : 2)
  const known = new Uint8Array(size)
  const sample = new Uint8Array(size)
  for (let byte = 255; byte >= 0; byte--) {
    const symbol = symbolOf[byte] ?? 0
    sample[symbol] = byte
    // Where nobody asked, a symbol has bytes of both kinds, and then nobody reads this.
    known[symbol] = (byte === 10 ? facts.newline : 0) | (hasByte(wordBytes, byte) ? facts.word : 0)
  }
  known[edge] = facts.edge
  if (finalNewline !== undefined) {
    sample[finalNewline] = 10
    known[finalNewline] = facts.newline | facts.finalNewline
  }
  return { size, symbolOf, edge, finalNewline, facts: known, sample }
}

function refined(symbolOf: Uint8Array, set: ByteSet): [Uint8Array<ArrayBuffer>, number] {
  // By the symbol before and whether the set has the byte: the new symbol, counted from 1.
  const names = new Uint16Array(512)
  const finer = new Uint8Array(256)
  let count = 0
  for (let byte = 0; byte < 256; byte++) {
    const key = (symbolOf[byte] as number) * 2 + (hasByte(set, byte) ? 1 : 0)
    if (names[key] === 0) names[key] = ++count
    finer[byte] = (names[key] as number) - 1
  }
  return [finer, count]
}
