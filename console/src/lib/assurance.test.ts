import { expect, test } from 'vitest'
import { amrWords, isBelow } from './assurance.ts'

test('what was shown is said in words, an unknown factor by its own name', () => {
  expect(amrWords(['pwd', 'otp', 'mfa'])).toBe('password, authenticator app')
  expect(amrWords(['hwk', 'user'])).toBe('passkey on one device')
  expect(amrWords(['xyz'])).toBe('xyz')
  expect(amrWords([])).toBe('nothing')
})

test('less than what is demanded', () => {
  expect(isBelow('aal1', 'aal2')).toBe(true)
  expect(isBelow('phr', 'aal2')).toBe(false)
  expect(isBelow('aal1', null)).toBe(false)
})
