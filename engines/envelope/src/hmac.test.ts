import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hmacOf, indexPads } from './hmac.ts'

test('is the HMAC-SHA-256 of node:crypto, for any key and text, long ones between short ones', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 500, maxLength: 5000 }))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(text, { minLength: 1 }), (key, texts) => {
      const pads = indexPads(key)
      for (const each of texts.map((one) => one.toWellFormed())) {
        expect(hmacOf(pads, each)).toEqual(createHmac('sha256', key).update(each, 'utf8').digest())
      }
    }),
  )
})
