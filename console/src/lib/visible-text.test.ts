import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { around, stretchesOf } from './visible-text.ts'

const shown = (text: string) => stretchesOf(text).map(({ text: own, sign }) => sign ?? own)

describe('what a client sent is shown whole', () => {
  test('plain text stays one piece, letters of any script among it', () => {
    expect(shown("1' OR '1'='1")).toEqual(["1' OR '1'='1"])
    expect(shown('שלום мир 日本 हिन्दी')).toEqual(['שלום мир 日本 हिन्दी'])
  })

  test.each([
    ['a right-to-left override', 'a\u202Eb', ['a', 'U+202E', 'b']],
    ['a byte of zero', '\u0000', ['U+0000']],
    ['a zero width space within a word', 'scr\u200Bipt', ['scr', 'U+200B', 'ipt']],
    ['a blank that is none', 'a\u00A0b', ['a', 'U+00A0', 'b']],
    ['a lone surrogate', 'x\uD800', ['x', 'U+D800']],
    ['a tag character beyond the first plane', '\u{E0041}', ['U+E0041']],
    ['the end of a line', 'a\r\nb', ['a', 'U+000D', 'U+000A', 'b']],
  ])('%s has a sign', (_, text, expected) => {
    expect(shown(text)).toEqual(expected)
  })

  test('joined, it is the text again, and what is text holds nothing unseen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const stretches = stretchesOf(text)
        expect(stretches.map((each) => each.text).join('')).toBe(text)
        for (const { text: own, sign } of stretches) if (sign === null) expect(own).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})

test('the evidence within what it was found in', () => {
  expect(around("x' OR 1=1 --", 'OR 1=1')).toEqual(["x' ", 'OR 1=1', ' --'])
  expect(around('x', 'y')).toBeNull()
  expect(around('x', '')).toBeNull()
})
