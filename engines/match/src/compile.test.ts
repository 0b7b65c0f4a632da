import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from './index.ts'
import { parse } from './parse/parse.ts'
import { anyText, anyTree, runs } from './testing/arbitrary.ts'
import { referenceFind, written } from './testing/reference.ts'
import { forJavaScript, prefersAlike } from './testing/v8.ts'

describe('a match', () => {
  test('is where an independent implementation finds it, whatever pattern, text and place to begin', () => {
    fc.assert(
      fc.property(anyTree, fc.array(anyText, { minLength: 1, maxLength: 4 }), fc.nat(6), (tree, texts, from) => {
        const matcher = compile(written(tree))
        for (const text of texts) {
          const expected = referenceFind(tree, text)
          expect(matcher.test(text)).toBe(expected !== undefined)
          expect(matcher.find(text)).toEqual(expected)
          expect(matcher.find(text, from)).toEqual(referenceFind(tree, text, from))
        }
      }),
      runs(1000),
    )
  })

  test('is in V8 where we read the pattern so, and is the same where V8 prefers as PCRE does', () => {
    fc.assert(
      fc.property(anyTree, fc.array(anyText, { minLength: 1, maxLength: 4 }), (tree, texts) => {
        const source = written(tree)
        const matcher = compile(source)
        const alike = prefersAlike(parse(source).root)
        for (const text of texts) {
          const found = forJavaScript(source).exec(text)
          expect(matcher.test(text)).toBe(found !== null)
          if (found !== null && alike) {
            expect(matcher.find(text)).toEqual({ start: found.index, end: found.index + found[0].length })
          }
        }
      }),
      runs(1000),
    )
  })

  test('has its groups inside of it', () => {
    fc.assert(
      fc.property(anyTree, anyText, fc.nat(4), (tree, text, from) => {
        const matcher = compile(`(${written(tree)})(a)?`)
        const [whole, first, ...others] = matcher.groups(text, from) ?? []
        expect(whole).toEqual(matcher.find(text, from))
        if (whole === undefined) return
        expect(first?.start).toBe(whole.start)
        for (const group of others) expect((group?.start ?? whole.start) >= whole.start).toBe(true)
        for (const group of others) expect((group?.end ?? whole.end) <= whole.end).toBe(true)
        expect(others).toHaveLength(matcher.groupCount - 1)
      }),
      runs(1000),
    )
  })

  test.each([
    [
      '(\\w+)=(\\d*)',
      'x id=42 y',
      [
        [2, 7],
        [2, 4],
        [5, 7],
      ],
    ],
    [
      '(a|ab)(c|bcd)(d*)',
      'abcd',
      [
        [0, 4],
        [0, 1],
        [1, 4],
        [4, 4],
      ],
    ],
    ['(a)|(b)', 'b', [[0, 1], undefined, [0, 1]]],
    [
      '(?:(a)|b)*',
      'ab',
      [
        [0, 2],
        [0, 1],
      ],
    ],
    [
      '(a*)+',
      'aab',
      [
        [0, 2],
        [2, 2],
      ],
    ],
    [
      '(a*?)(a*)',
      'aa',
      [
        [0, 2],
        [0, 0],
        [0, 2],
      ],
    ],
    [
      '\\b(\\w)(\\w*)$',
      'one two',
      [
        [4, 7],
        [4, 5],
        [5, 7],
      ],
    ],
  ])('%s captures in %s what PCRE captures', (source, text, spans) => {
    const groups = compile(source).groups(text)
    expect(groups?.map((group) => group && [group.start, group.end])).toEqual(spans)
  })

  test('is found in bytes as in their latin1 string', () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, n) => (n * 7) % 256)
    expect(compile('\\xff\\x06').find(bytes)).toEqual(compile('\\xff\\x06').find(Buffer.from(bytes).toString('latin1')))
    expect(compile('\\xff\\x06').test(bytes)).toBe(true)
  })

  test('is the same with hardly any memory: states are forgotten, and then not kept', () => {
    fc.assert(
      fc.property(anyTree, fc.array(anyText, { maxLength: 8 }), (tree, texts) => {
        const text = texts.join('')
        const small = compile(written(tree), { limits: { cache: 1 } })
        expect(small.find(text)).toEqual(referenceFind(tree, text))
        expect(small.test(text)).toBe(small.find(text) !== undefined)
      }),
      runs(1000),
    )
  })
})
