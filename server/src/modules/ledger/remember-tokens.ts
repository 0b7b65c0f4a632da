import type { Tokeniser } from './index-tokens.ts'
import { createMemo } from './search/memo.ts'
import { addressToken, type BlindIndex, termToken } from './search/tokens.ts'
import { wordsOf } from './search/words.ts'

/** Longer texts come once mostly, as ids do; of what is in `data` only the short ones come again. */
const longest = { text: 256, data: 48, word: 32 }

/** Remembers the tokens of words, addresses and whole texts, for as long as the function lives: for one tenant only. */
export function rememberTokens(): (index: BlindIndex) => Tokeniser {
  const texts = createMemo<readonly string[]>(4_000)
  const words = createMemo<string>(20_000)
  const addresses = createMemo<Buffer>(4_000)
  return (index) => {
    const ofWord = (word: string) => termToken(index, word)
    const ofText = (text: string) =>
      Array.from(wordsOf(text), (word) => (word.length > longest.word ? ofWord(word) : words(word, ofWord)))
    const ofAddress = (address: string) => addressToken(index, address)
    return {
      terms: (text, ofData = false) =>
        isId(text) || text.length > (ofData ? longest.data : longest.text) ? ofText(text) : texts(text, ofText),
      address: (address) => addresses(address, ofAddress),
    }
  }
}

function isId(text: string): boolean {
  return text.length === 36 && text[8] === '-' && text[23] === '-'
}
