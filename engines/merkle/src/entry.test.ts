import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeEntry, ENTRY_BYTES, parseEntry } from './entry.ts'
import { MerkleError } from './error.ts'

const commitment = Buffer.alloc(32, 7)
const id = '01930000-0000-7000-8000-0000000000ff'

it('has one fixed form', () => {
  expect(encodeEntry({ id, time: 1_700_000_000_000, commitment }).toString('hex')).toBe(
    `0101930000000070008000${'0'.repeat(10)}ff0000018bcfe56800${'07'.repeat(32)}`,
  )
})

it('gives back what was put in', () => {
  const entries = fc.record({
    id: fc.uuid(),
    time: fc.maxSafeNat(),
    commitment: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
  })
  fc.assert(
    fc.property(entries, (entry) => {
      expect(parseEntry(encodeEntry(entry))).toEqual(entry)
    }),
  )
})

it('refuses what is no entry', () => {
  expect(() => encodeEntry({ id: id.toUpperCase(), time: 0, commitment })).toThrow(RangeError)
  expect(() => encodeEntry({ id, time: -1, commitment })).toThrow(RangeError)
  expect(() => encodeEntry({ id, time: 0.5, commitment })).toThrow(RangeError)
  expect(() => encodeEntry({ id, time: 0, commitment: Buffer.alloc(31) })).toThrow(RangeError)
})

it('is read in one way or refused', () => {
  const near = fc.uint8Array({ minLength: ENTRY_BYTES, maxLength: ENTRY_BYTES }).map((bytes) => {
    bytes[0] = 1
    return bytes
  })
  fc.assert(
    fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 80 })), (bytes) => {
      try {
        expect(encodeEntry(parseEntry(bytes))).toEqual(Buffer.from(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(MerkleError)
      }
    }),
  )
})
