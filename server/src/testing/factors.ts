import { expect } from 'vitest'
import { hotp, stepAt } from '../modules/signin/mfa/totp/totp.ts'
import { type Creation, type Deviation, type Request, type SoftAuthenticator } from './authenticator.ts'
import type { PageAnswer, Visitor } from './visitor.ts'

/** The code that an authenticator app shows. @param steps after now; one more is taken still */
export function codeOf(secret: string, now: Date = new Date(), steps = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = Array.from(secret, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))
  return hotp(Uint8Array.from(bytes), stepAt(now) + steps)
}

/** The key of an authenticator app, as the page of its set-up shows it. */
export function secretOn({ text }: PageAnswer): string {
  return (/<code>((?:[A-Z2-7]{4} ?){8})<\/code>/.exec(text)?.[1] ?? '').replaceAll(' ', '')
}

/** A hidden field of a page. */
export function hiddenOn({ text }: PageAnswer, name: string): string {
  return new RegExp(`<input type="hidden" name="${name}" value="([^"]*)">`).exec(text)?.[1] ?? ''
}

export function recoveryCodesOn({ text }: PageAnswer): string[] {
  return [...text.matchAll(/<li><code>([a-z2-7-]+)<\/code><\/li>/g)].map(([, code = '']) => code)
}

/** Shows a passkey at the sign-in, or as second factor. */
export async function showPasskey(
  browser: Visitor,
  authenticator: SoftAuthenticator,
  fields: Readonly<Record<string, string>> = {},
  deviation: Deviation = {},
  step: 'sign-in' | 'verify' = 'sign-in',
): Promise<PageAnswer> {
  const options = await browser.api(
    'POST',
    '/sign-in/passkey/options',
    { ...fields, step },
    { 'sec-fetch-site': 'same-origin' },
  )
  expect(options.status, JSON.stringify(options.json)).toBe(200)
  const credential = JSON.stringify(authenticator.get(options.json as unknown as Request, deviation))
  return browser.post('/sign-in/passkey', { credential, ...fields })
}

/** Registers a passkey on the way through the sign-in. */
export async function enrolPasskey(
  browser: Visitor,
  authenticator: SoftAuthenticator,
  fields: Readonly<Record<string, string>> = {},
  deviation: Deviation = {},
): Promise<PageAnswer> {
  const sameOrigin = { 'sec-fetch-site': 'same-origin' }
  const options = await browser.api('POST', '/sign-in/enrol/passkey/options', fields, sameOrigin)
  expect(options.status, JSON.stringify(options.json)).toBe(200)
  const credential = JSON.stringify(authenticator.create(options.json as unknown as Creation, deviation))
  return browser.post('/sign-in/enrol/passkey', { credential, name: 'Test key', ...fields })
}

/** Registers a passkey over the API, in a session. @returns the answer of the registration */
export async function addPasskey(
  browser: Visitor,
  person: string,
  authenticator: SoftAuthenticator,
  name = 'Test key',
) {
  const path = `/api/v1/people/${person}/factors/passkeys`
  const options = await browser.api('POST', `${path}/options`)
  expect(options.status, JSON.stringify(options.json)).toBe(200)
  return browser.api('POST', path, { name, response: authenticator.create(options.json as unknown as Creation) })
}

/**
 * Sets an authenticator app up over the API, in a session, with the code of now: the next one to sign in with is that of the
 * step after, which is taken already. @returns its key, and what the confirmation answered */
export async function addTotp(browser: Visitor, person: string, more: { readonly endOtherSessions?: boolean } = {}) {
  const begun = await browser.api('POST', `/api/v1/people/${person}/factors/totp`)
  expect(begun.status, JSON.stringify(begun.json)).toBe(200)
  const secret = begun.json['secret'] as string
  const code = codeOf(secret)
  const answer = await browser.api('POST', `/api/v1/people/${person}/factors/totp/${begun.json['id'] as string}`, {
    code,
    ...more,
  })
  return { secret, answer }
}
