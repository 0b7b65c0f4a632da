import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatShare, parseShare } from './share-text.ts'

const share = fc.record({
  set: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  number: fc.integer({ min: 1, max: 255 }),
  bytes: fc.uint8Array({ minLength: 33, maxLength: 33 }).map((bytes) => Buffer.from(bytes)),
})

describe('the text of a share', () => {
  test('is read back as it was written, however people copy it', () => {
    fc.assert(
      fc.property(share, fc.nat(3), (given, way) => {
        const text = formatShare(given)
        expect(text).toMatch(/^hfu_[a-z2-7]{76}$/)
        const copied = [
          text,
          text.toUpperCase(),
          ` ${text.replaceAll(/(.{4})/g, '$1 ')}\n`,
          text.slice(0, 40) + '-\r\n\t' + text.slice(40),
        ][way]
        expect(parseShare(copied ?? '')).toEqual(given)
      }),
    )
  })

  test('with one character changed, left out or doubled is no share', () => {
    const text = formatShare({ set: randomBytes(8), number: 3, bytes: randomBytes(33) })
    fc.assert(
      fc.property(fc.nat(75), fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'.split('')), (at, letter) => {
        const place = at + 4
        const changed = text.slice(0, place) + letter + text.slice(place + 1)
        expect(parseShare(changed)?.number).toBe(changed === text ? 3 : undefined)
        expect(parseShare(text.slice(0, place) + text.slice(place + 1))).toBeUndefined()
        expect(parseShare(text.slice(0, place) + letter + text.slice(place))).toBeUndefined()
      }),
    )
  })

  test('is the only one of its share: what is read is written the same again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^hfu_[a-z2-7]{76}$/)), (text) => {
        const read = parseShare(text)
        if (read !== undefined) expect(formatShare(read)).toBe(text.replaceAll(/[\s-]/g, '').toLowerCase())
      }),
    )
  })

  test('is not looked for in a text without end', () => {
    expect(parseShare(' '.repeat(10_000_000))).toBeUndefined()
  })
})
