import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPhraseFinder } from './index.ts'

const piece = (letters: string, maxLength: number) =>
  fc.array(fc.constantFrom(...letters.split('')), { maxLength }).map((chars) => chars.join(''))

/** By trying all phrases at all places. */
function bySearch(phrases: readonly string[], text: string, ignoreCase: boolean): [number, number, string][] {
  const fold = (one: string) => (ignoreCase ? one.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) : one)
  const longestFirst = phrases.filter((phrase) => phrase !== '').toSorted((a, b) => b.length - a.length)
  const all: [number, number, string][] = []
  for (let end = 1; end <= text.length; end++) {
    const found = longestFirst.find((phrase) => fold(text.slice(0, end)).endsWith(fold(phrase)))
    if (found !== undefined) all.push([end - found.length, end, fold(found)])
  }
  return all
}

test('a phrase finder tells of every end the longest phrase, as trying all at each place does', () => {
  const phrases = fc.array(piece('abAB.\u00e9', 5), { maxLength: 8 })
  fc.assert(
    fc.property(phrases, piece('aabbAB.\u00e9x\u0113', 30), fc.boolean(), (phrases, text, ignoreCase) => {
      const found: [number, number, string][] = []
      const fold = (one: string) => (ignoreCase ? one.toLowerCase().replaceAll('\u00c9', '\u00e9') : one)
      createPhraseFinder(phrases, { ignoreCase }).all(text, (start, end, phrase) => {
        found.push([start, end, fold(phrases[phrase] ?? '')])
      })
      expect(found).toEqual(bySearch(phrases, text, ignoreCase))
    }),
  )
})
