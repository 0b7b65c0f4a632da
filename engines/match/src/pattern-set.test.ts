import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile, createPatternSet, createPhraseSet } from './index.ts'
import { anyText, anyTree, runs } from './testing/arbitrary.ts'
import { written } from './testing/reference.ts'

function candidatesOf(sources: readonly string[], text: string): number[] {
  const set = createPatternSet(sources.map((source) => compile(source)))
  const bits = set.candidates(text)
  return sources.flatMap((_, n) => ((((bits[n >>> 5] ?? 0) >>> (n & 31)) & 1) === 1 ? [n] : []))
}

describe('a pattern set', () => {
  test('leaves out no member that matches, whatever patterns and texts', () => {
    const anyMembers = fc.array(anyTree, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(anyMembers, fc.array(anyText, { minLength: 1, maxLength: 4 }), (trees, texts) => {
        const members = [
          ...trees.map((tree) => compile(written(tree))),
          createPhraseSet(['aB', '1', '_-b'], { ignoreCase: texts.length > 2 }),
        ]
        const set = createPatternSet(members)
        for (const text of texts) {
          expect(set.matches(text)).toEqual(members.flatMap((member, n) => (member.test(text) ? [n] : [])))
        }
      }),
      runs(300),
    )
  })

  test.each([
    ['one word', ['select', 'union'], 'a selection', [0]],
    ['words of both cases', ['(?i)Select'], 'sELECt', [0]],
    ['two words, in any order', ['union.*select'], 'select a union', [0]],
    ['two words of which one is there', ['union.*select'], 'select', []],
    ['alternatives', ['(?:un|re)do'], 'redo', [0]],
    ['an optional part', ['https?://'], 'http://', [0]],
    ['what is repeated', ['(?:ab){2,}c+d'], 'abc', []],
    ['what is repeated, and there', ['(?:ab){2,}c+d'], 'abab cd', [0]],
    ['a byte of a set', ['[<>]\\w'], 'a < b', [0]],
    ['no byte of a set', ['[<>]\\w'], 'a b', []],
    ['what matches anything', ['.*', ''], '', [0, 1]],
    ['what can never match', ['[^\\x00-\\xff]'], 'a', []],
  ])('asks for %s', (_, sources, text, expected) => {
    expect(candidatesOf(sources, text)).toEqual(expected)
  })

  test('writes into the bits that it is given, and clears them before', () => {
    const set = createPatternSet(Array.from({ length: 40 }, (_, n) => compile(`word${n}\\b`)))
    const into = new Uint32Array(set.words).fill(0xffffffff)
    expect(set.candidates('a word33', into)).toBe(into)
    expect([...into]).toEqual([1 << 3, 1 << 1])
  })

  test('refuses characters that are no bytes, and never overlooks what is behind them', () => {
    const set = createPatternSet([compile('evil')])
    expect(() => set.candidates('\u0113 evil')).toThrow(RangeError)
    expect(() => compile('evil').test('\u0113 evil')).toThrow(RangeError)
  })
})
