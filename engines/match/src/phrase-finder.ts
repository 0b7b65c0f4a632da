import { createTrie } from './literals/trie.ts'
import type { PhraseOptions } from './phrase-set.ts'
import { textOf } from './text.ts'
import type { Input } from './types.ts'

/** Told of an occurrence: bytes `start` to `end`, and the number of the phrase. */
export type Occurrence = (start: number, end: number, phrase: number) => void

/** Phrases of which every place is wanted, asked a few times: nothing is prepared beyond the tree of Aho and Corasick. */
export interface PhraseFinder {
  /** Tells of each place where phrases end the longest that does, in order of their ends: at most as many as there are bytes. */
  all(input: Input, found: Occurrence): void
}

/**
 * @param phrases of bytes (latin1); an empty one is found nowhere
 * @throws RangeError on a character that is not a byte
 */
export function createPhraseFinder(
  phrases: readonly string[],
  { ignoreCase = true }: PhraseOptions = {},
): PhraseFinder {
  const { firstChild, nextSibling, symbol, symbolOf, symbols, fail, report, word } = createTrie(phrases, ignoreCase)
  const fromRoot = new Int32Array(symbols)
  for (let child = firstChild[0] as number; child !== 0; child = nextSibling[child] as number) {
    fromRoot[symbol[child] as number] = child
  }
  function childOf(node: number, by: number): number {
    if (node === 0) return fromRoot[by] as number
    let child = firstChild[node] as number
    while (child !== 0 && symbol[child] !== by) child = nextSibling[child] as number
    return child
  }
  return {
    all(input, found) {
      const text = textOf(input)
      let node = 0
      for (let at = 0; at < text.length; at++) {
        const by = symbolOf[text.charCodeAt(at)] ?? 0
        if (by === 0) {
          node = 0
          continue
        }
        let child = childOf(node, by)
        while (child === 0 && node !== 0) {
          node = fail[node] as number
          child = childOf(node, by)
        }
        node = child
        const reports = report[node] as number
        if (reports === 0) continue
        const phrase = word[reports] as number
        found(at + 1 - (phrases[phrase] as string).length, at + 1, phrase)
      }
    },
  }
}
