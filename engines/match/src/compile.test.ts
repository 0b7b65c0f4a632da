import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from './index.ts'
import { anyText, anyTree } from './testing/arbitrary.ts'
import { referenceFind, written } from './testing/reference.ts'

const runs = { numRuns: 1000 }

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
      runs,
    )
  })

  test('is the same with hardly any memory: states are forgotten, and then not kept', () => {
    fc.assert(
      fc.property(anyTree, fc.array(anyText, { maxLength: 8 }), (tree, texts) => {
        const text = texts.join('')
        const small = compile(written(tree), { limits: { cache: 1 } })
        expect(small.find(text)).toEqual(referenceFind(tree, text))
        expect(small.test(text)).toBe(small.find(text) !== undefined)
      }),
      runs,
    )
  })
})
