import { describe, expect, it } from 'vitest'
import type { Acr } from '../../../platform/assurance.ts'
import type { Factor } from '../assurance.ts'
import type { Enrolled } from '../mfa/standing.ts'
import { nextStep } from './next.ts'

const nothing: Enrolled = { passkeys: 0, cloned: 0, totp: false, recoveryCodes: 0 }
const passkey = { ...nothing, passkeys: 1, recoveryCodes: 10 }
const app = { ...nothing, totp: true, recoveryCodes: 10 }
const cloned = { ...nothing, cloned: 1, recoveryCodes: 10 }

const step = (shown: readonly Factor[], demanded: Acr, enrolled: Enrolled, acr: Acr | null = null, mailCodes = false) =>
  nextStep(
    { proofs: Object.fromEntries(shown.map((factor) => [factor, 1000])), demanded, enrolled, mailCodes },
    { acr, since: null },
  )

describe('what comes after a factor', () => {
  it.each<[string, string | null, string | null]>([
    ['a password, where that is enough', step(['pwd'], 'aal1', nothing), null],
    ['a password, of somebody with an app', step(['pwd'], 'aal2', app), '/sign-in/verify'],
    ['both', step(['pwd', 'otp'], 'aal2', app), null],
    ['a password, where two are demanded of somebody with one', step(['pwd'], 'aal2', nothing), '/sign-in/enrol'],
    ['the same, where codes are sent', step(['pwd'], 'aal2', nothing, null, true), '/sign-in/verify'],
    ['a password, where a passkey is demanded', step(['pwd'], 'phr', nothing), '/sign-in/enrol'],
    ['a password, of somebody with a passkey', step(['pwd'], 'phr', passkey), '/sign-in/verify'],
    ['a passkey', step(['hwk', 'user'], 'phr', passkey), null],
    [
      'a password, of somebody with an app who needs a passkey: the app first',
      step(['pwd'], 'phr', app),
      '/sign-in/verify',
    ],
    ['then the passkey', step(['pwd', 'otp'], 'phr', app), '/sign-in/enrol'],
    ['a recovery code, of somebody who has lost their passkey', step(['pwd', 'rec'], 'phr', passkey), '/sign-in/enrol'],
    ['a password, of somebody whose passkey was copied', step(['pwd'], 'aal2', cloned), '/sign-in/verify'],
    ['an upstream provider, of somebody with an app', step(['fed'], 'aal2', app), '/sign-in/verify'],
    ['what the address asks for', step(['pwd'], 'aal1', nothing, 'aal2'), '/sign-in/enrol'],
    ['nothing', step([], 'aal1', nothing), '/sign-in'],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected)
  })

  it('is everything anew, where what was shown before does not count', () => {
    const proofs = { pwd: 1000, otp: 1000 }
    const since = (at: number) => ({ acr: null, since: new Date(at) })
    const standing = { proofs, demanded: 'aal2', enrolled: app, mailCodes: false } as const
    expect(nextStep(standing, since(1000))).toBeNull()
    expect(nextStep(standing, since(1001))).toBe('/sign-in')
    expect(nextStep({ ...standing, proofs: { ...proofs, pwd: 2000 } }, since(1001))).toBe('/sign-in/verify')
    expect(nextStep({ ...standing, proofs: { ...proofs, otp: 2000 } }, since(1001))).toBe('/sign-in')
  })
})
