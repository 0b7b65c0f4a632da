import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../budget.ts'
import { bytesOf, classesOf } from '../classes.ts'
import type { Place } from '../types.ts'
import { decodeBase64, decodeLikelyBase64 } from './base64.ts'
import { decodeEntities } from './entities.ts'
import { decodeEscapes } from './escapes.ts'
import { decodeOverlong } from './overlong.ts'
import { decodePercent, dropPercent } from './percent.ts'
import { variantsOf } from './variants.ts'
import { foldWide } from './wide.ts'

const variants = (value: string, place: Place = {}) =>
  variantsOf(value, classesOf(value), place, Budget.of(value.length)).map(({ text }) => text)

describe('what a backend decodes', () => {
  it.each([
    ['%27%u0027%2', "''%2"],
    ['100%', '100%'],
    ['%uFF07', '\xef\xbc\x87'],
    ['%C3%A9', '\xc3\xa9'],
  ])('percent: %s', (text, decoded) => expect(decodePercent(text)).toBe(decoded))

  it.each([
    ['&lt;&#60;&#x3c;&#0060;&#x3C', '<<<<<'],
    ['&ltscript &LTx', '<script <x'],
    ['&lt script', '< script'],
    ['&apos;&QUOT;&lpar;&NewLine;', '\'"(\n'],
    ['&copy; R&D &amp &#99999999;', '&copy; R&D & &#99999999;'],
    ['&#233;', '\xc3\xa9'],
  ])('references: %s', (text, decoded) => expect(decodeEntities(text)).toBe(decoded))

  it.each([
    ['\\u0027\\x27\\u{27}', "'''"],
    ['\\\' \\"', '\' "'],
    ["\\' '", "\\' '"],
    ['C:\\users\\n', 'C:\\users\\n'],
    ['\\u{110000}', '\\u{110000}'],
  ])('escapes: %s', (text, decoded) => expect(decodeEscapes(text)).toBe(decoded))

  it('overlong forms, and no others', () => {
    expect(decodeOverlong('\xc0\xa7\xe0\x80\xa7\xf0\x80\x80\xa7\xc1\x81')).toBe("'''A")
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => decodeOverlong(bytesOf(text)) === bytesOf(text)))
  })

  it('fullwidth and look-alikes, but no typographic quotes', () => {
    expect(foldWide(bytesOf('＇＜ａＡ～ʼ′〈　'))).toBe("'<aA~''< ")
    expect(foldWide(bytesOf('‘a’ “b” é 日本'))).toBe(bytesOf('‘a’ “b” é 日本'))
  })

  it('stray per cent signs where they are many', () => {
    expect(dropPercent('%S%E%L%E%C%T')).toBe('SELECT')
    expect(dropPercent('50% off, 20% more')).toBe('50% off, 20% more')
  })

  it('base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const buffer = Buffer.from(bytes)
        for (const form of ['base64', 'base64url'] as const)
          expect(decodeBase64(buffer.toString(form))).toBe(buffer.toString('latin1'))
      }),
    )
    expect(decodeBase64('a b')).toBeUndefined()
    expect(decodeLikelyBase64(btoa('<b>hello</b>'))).toBe('<b>hello</b>')
    for (const text of ['administrator', 'AAAAAAAAAAAA', btoa('username'), 'sess_9f8e7d6c5b4a', 'short'])
      expect(decodeLikelyBase64(text), text).toBeUndefined()
  })
})

describe('variants', () => {
  it('are few, and none the value itself', () => {
    const bent = fc
      .array(
        fc.constantFrom(
          '%',
          '25',
          '27',
          '&',
          '#',
          'x27;',
          'amp;',
          '\\',
          'u0027',
          '+',
          ' ',
          '\xc0\xa7',
          '\xef\xbc\x87',
          'a',
        ),
      )
      .map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(bent, (value) => {
        const found = variants(value)
        expect(found.length).toBeLessThanOrEqual(8)
        expect(new Set([value, ...found]).size).toBe(found.length + 1)
      }),
    )
  })

  it('take + for a blank where a form would have written it', () => {
    expect(variants('a+or+b')).toEqual(['a or b'])
    expect(variants('a + b')).toEqual([])
    expect(variants('a b+c d')).toEqual([])
  })

  it('read base64 as the place says', () => {
    expect(variants('YWI9Yw==', { base64: true })).toContain('ab=c')
    expect(variants('/wAn', { base64: true })).toEqual(["\xff\0'"])
    expect(variants('/wAn')).toEqual([])
  })
})
