import { createFirstWord } from './literals/first-word.ts'
import { createTrie } from './literals/trie.ts'
import { textOf } from './text.ts'
import type { PhraseSet } from './types.ts'

export type PhraseOptions = {
  /** ASCII letters; default true */
  readonly ignoreCase?: boolean
}

/**
 * @param phrases of bytes (latin1); an empty one is found nowhere
 * @throws RangeError on a character that is not a byte
 */
export function createPhraseSet(phrases: readonly string[], { ignoreCase = true }: PhraseOptions = {}): PhraseSet {
  const trie = createTrie(phrases, ignoreCase)
  const firstWord = createFirstWord(trie)
  return {
    phrases,
    test: (input) => firstWord(textOf(input)) !== undefined,
    find(input) {
      const found = firstWord(textOf(input))
      if (found === undefined) return undefined
      const phrase = trie.word[found.node] as number
      return { start: found.end - (phrases[phrase] as string).length, end: found.end, phrase }
    },
  }
}
