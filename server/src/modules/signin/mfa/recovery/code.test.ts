import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashRecoveryCode, newRecoveryCode, readRecoveryCode } from './code.ts'

const random = { bytes: (length: number) => randomBytes(length), id: () => '' }
const person = '01900000-0000-7000-8000-000000000001'

describe('a recovery code', () => {
  it('has 120 bits, in groups that can be read out', () => {
    const codes = Array.from({ length: 200 }, () => newRecoveryCode(random))
    expect(new Set(codes).size).toBe(200)
    for (const code of codes) expect(code).toMatch(/^[a-z2-7]{4}(?:-[a-z2-7]{4}){5}$/)
  })

  it('is the same however it is copied, and somebody else’s is another', () => {
    const code = newRecoveryCode(random)
    const hash = hashRecoveryCode(person, code)
    for (const copied of [code.toUpperCase(), ` ${code.replaceAll('-', ' ')}\n`, code.replaceAll('-', '')]) {
      expect(hashRecoveryCode(person, copied)).toEqual(hash)
    }
    expect(hashRecoveryCode(person.replace(/1$/, '2'), code)).not.toEqual(hash)
  })

  it('is nothing else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const read = readRecoveryCode(text)
        if (read !== undefined) expect(text.toLowerCase().replaceAll(/[\s-]/g, '')).toBe(read)
      }),
    )
    expect(readRecoveryCode('a'.repeat(23))).toBeUndefined()
    expect(readRecoveryCode('1'.repeat(24))).toBeUndefined()
  })
})
