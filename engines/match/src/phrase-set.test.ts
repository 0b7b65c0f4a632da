import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPhraseSet } from './index.ts'
import { inDoubleArray, inTable } from './literals/first-word.ts'
import { createTrie } from './literals/trie.ts'

const anyPhrase = fc.array(fc.constantFrom(...'abAB.\u00e9'.split('')), { maxLength: 5 }).map((chars) => chars.join(''))
const anyText = fc
  .array(fc.constantFrom(...'aabbAB.\u00e9x'.split('')), { maxLength: 30 })
  .map((chars) => chars.join(''))

/** By trying all phrases at all places. */
function firstBySearch(phrases: readonly string[], text: string, ignoreCase: boolean): [number, string] | undefined {
  const fold = (piece: string) => (ignoreCase ? piece.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) : piece)
  const ending = phrases.filter((phrase) => phrase !== '').toSorted((a, b) => b.length - a.length)
  for (let end = 1; end <= text.length; end++) {
    const found = ending.find((phrase) => fold(text.slice(0, end)).endsWith(fold(phrase)))
    if (found !== undefined) return [end, fold(found)]
  }
  return undefined
}

describe('a phrase set', () => {
  test('finds the occurrence that ends first, the longest of those, as trying all at each place does', () => {
    fc.assert(
      fc.property(fc.array(anyPhrase, { maxLength: 8 }), anyText, fc.boolean(), (phrases, text, ignoreCase) => {
        const set = createPhraseSet(phrases, { ignoreCase })
        const found = set.find(text)
        const expected = firstBySearch(phrases, text, ignoreCase)
        expect(found?.end).toBe(expected?.[0])
        expect(set.test(text)).toBe(expected !== undefined)
        if (found === undefined || expected === undefined) return
        expect(found.end - found.start).toBe(expected[1].length)
        expect(set.phrases[found.phrase]?.toLowerCase()).toBe(expected[1].toLowerCase())
      }),
    )
  })

  test('finds the same in its large form as in its small one', () => {
    fc.assert(
      fc.property(fc.array(anyPhrase, { maxLength: 20 }), anyText, fc.boolean(), (phrases, text, ignoreCase) => {
        const trie = createTrie(phrases, ignoreCase)
        expect(inDoubleArray(trie)(text)).toEqual(inTable(trie)(text))
      }),
    )
  })

  test('holds thousands of phrases, of every byte', () => {
    const phrases = Array.from({ length: 9000 }, (_, n) =>
      Array.from({ length: 12 }, (_, k) => String.fromCharCode((n * 7919 + k * (n % 251) * 31) % 256)).join(''),
    )
    const set = createPhraseSet(phrases, { ignoreCase: false })
    for (const [n, phrase] of phrases.entries()) {
      if (n % 37 === 0) expect(phrases[set.find(phrase)?.phrase ?? -1]).toBe(phrase)
    }
    expect(set.test('holdfast'.repeat(100))).toBe(false)
  })

  test('is made of bytes and refuses other characters; a text may be bytes too', () => {
    expect(() => createPhraseSet(['caf\u0113'])).toThrow(RangeError)
    expect(createPhraseSet(['Caf\u00e9']).find(Buffer.from('un caf\u00e9', 'latin1'))).toEqual({
      start: 3,
      end: 7,
      phrase: 0,
    })
  })
})
