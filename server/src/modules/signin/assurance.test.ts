import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAtLeast } from '../../platform/assurance.ts'
import { acrOf, acrSince, amrOf, authenticatedAtOf, type Factor, factors, proofsOf } from './assurance.ts'

const someFactors = fc.uniqueArray(fc.constantFrom(...factors), { minLength: 1 })
const someProofs = fc
  .dictionary(fc.constantFrom<Factor>(...factors), fc.integer({ min: 1, max: 10 }), { minKeys: 1 })
  .map((proofs) => ({ ...proofs }))

describe('what factors are worth', () => {
  it.each<[readonly Factor[], string | null]>([
    [['pwd'], 'aal1'],
    [['fed'], 'aal1'],
    [['pwd', 'fed'], 'aal1'],
    [['pwd', 'otp'], 'aal2'],
    [['fed', 'rec'], 'aal2'],
    [['pwd', 'mail'], 'aal2'],
    [['pwd', 'hwk'], 'aal2'],
    [['hwk', 'user'], 'phr'],
    [['swk', 'user'], 'phr'],
    [['hwk'], 'aal1'],
    [['otp'], null],
    [['mail', 'rec', 'otp', 'user'], null],
    [[], null],
  ])('%j: %s', (shown, acr) => {
    expect(acrOf(shown)).toBe(acr)
  })

  it('never falls because more is shown', () => {
    fc.assert(
      fc.property(someFactors, someFactors, (first, more) => {
        const before = acrOf(first)
        expect(before === null || isAtLeast(acrOf([...first, ...more]), before)).toBe(true)
      }),
    )
  })

  it('is told as `mfa` too, where there was more than one', () => {
    expect(amrOf({ pwd: 1 })).toEqual(['pwd'])
    expect(amrOf({ otp: 2, pwd: 1 })).toEqual(['pwd', 'otp', 'mfa'])
  })
})

describe('since when a session is as strong as it is', () => {
  it.each([
    [{ pwd: 5 }, 5],
    [{ pwd: 5, otp: 7 }, 5],
    [{ pwd: 9, otp: 7 }, 7],
    // The weaker way does not renew the stronger one.
    [{ hwk: 5, user: 5, pwd: 9 }, 5],
    [{ hwk: 9, user: 9, pwd: 5, otp: 5 }, 9],
  ])('%j: %d', (proofs, since) => {
    expect(authenticatedAtOf(proofs).getTime()).toBe(since)
  })

  it('is the last moment from which on everything was shown that it takes', () => {
    fc.assert(
      fc.property(someProofs, (proofs) => {
        const whole = acrOf(Object.keys(proofs))
        fc.pre(whole !== null)
        const at = authenticatedAtOf(proofs)
        expect(acrSince(proofs, at)).toBe(whole)
        expect(acrSince(proofs, new Date(at.getTime() + 1))).not.toBe(whole)
      }),
    )
  })

  it('keeps when each was shown', () => {
    const first = proofsOf(['pwd'], new Date(1))
    expect(proofsOf(['otp'], new Date(2), first)).toEqual({ pwd: 1, otp: 2 })
  })
})
