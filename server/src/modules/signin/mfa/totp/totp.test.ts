import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base32 } from './base32.ts'
import { hotp, stepAt, stepOfCode, type TotpHash } from './totp.ts'

const keys: Readonly<Record<TotpHash, string>> = {
  sha1: '12345678901234567890',
  sha256: '12345678901234567890123456789012',
  sha512: '1234567890123456789012345678901234567890123456789012345678901234',
}

/** RFC 6238, appendix B. */
const vectors: readonly (readonly [number, TotpHash, string])[] = [
  [59, 'sha1', '94287082'],
  [59, 'sha256', '46119246'],
  [59, 'sha512', '90693936'],
  [1111111109, 'sha1', '07081804'],
  [1111111109, 'sha256', '68084774'],
  [1111111109, 'sha512', '25091201'],
  [1111111111, 'sha1', '14050471'],
  [1111111111, 'sha256', '67062674'],
  [1111111111, 'sha512', '99943326'],
  [1234567890, 'sha1', '89005924'],
  [1234567890, 'sha256', '91819424'],
  [1234567890, 'sha512', '93441116'],
  [2000000000, 'sha1', '69279037'],
  [2000000000, 'sha256', '90698825'],
  [2000000000, 'sha512', '38618901'],
  [20000000000, 'sha1', '65353130'],
  [20000000000, 'sha256', '77737706'],
  [20000000000, 'sha512', '47863826'],
]

describe('a code', () => {
  it.each(vectors)('at %i by %s is %s', (seconds, hash, code) => {
    expect(hotp(Buffer.from(keys[hash]), stepAt(new Date(seconds * 1000)), 8, hash)).toBe(code)
  })

  it('is taken in its step, the one before and the one after, and in no other', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fc.nat(2 ** 31),
        fc.integer({ min: -5, max: 5 }),
        (key, seconds, off) => {
          const now = new Date((seconds + 300) * 1000)
          const step = stepAt(now) + off
          const found = stepOfCode(key, hotp(key, step), now)
          // Two steps may by chance have one code; what is found is then another one, within the window as well.
          if (Math.abs(off) <= 1) expect(found).not.toBeNull()
          else if (found !== null) expect(hotp(key, found)).toBe(hotp(key, step))
        },
      ),
    )
  })

  it.each(['', '1', '12345', '1234567', '000000\0', 'abcdef', '１２３４５６'])('is not %j', (typed) => {
    expect(stepOfCode(Buffer.from(keys.sha1), typed, new Date(59_000))).toBeNull()
  })
})

describe('base32', () => {
  // RFC 4648, section 10, without the padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('of %j is %j', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded)
  })
})
