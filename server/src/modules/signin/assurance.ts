import { type Acr, isAtLeast } from '../../platform/assurance.ts'

/**
 * By what somebody was recognised: values of RFC 8176, section 2, and of our own `fed` (an upstream provider), `rec` (a
 * recovery code) and `mail` (a code that was sent). `user` is said of a passkey that checked who holds it.
 */
export const factors = ['pwd', 'fed', 'hwk', 'swk', 'user', 'otp', 'rec', 'mail'] as const

export type Factor = (typeof factors)[number]

/** What is told of a session: its factors, and `mfa` where there were several. */
export type Amr = Factor | 'mfa'

/** When each factor was shown, in milliseconds since 1970. */
export type Proofs = Readonly<Partial<Record<Factor, number>>>

/**
 * What the factors are worth together. A second factor by itself proves nobody: codes are short, and mailboxes shared.
 * @returns null when they do not say who somebody is
 */
export function acrOf(shown: Iterable<string>): Acr | null {
  const amr = new Set(shown)
  const passkey = amr.has('hwk') || amr.has('swk')
  if (passkey && amr.has('user')) return 'phr'
  const known = amr.has('pwd') || amr.has('fed')
  if (!known) return passkey ? 'aal1' : null
  return passkey || amr.has('otp') || amr.has('rec') || amr.has('mail') ? 'aal2' : 'aal1'
}

export function amrOf(proofs: Proofs): readonly Amr[] {
  const shown = factors.filter((factor) => proofs[factor] !== undefined)
  return isAtLeast(acrOf(shown), 'aal2') ? [...shown, 'mfa'] : shown
}

/** @returns what was shown since then is worth; null when it proves nobody */
export function acrSince(proofs: Proofs, since: Date): Acr | null {
  return acrOf(factors.filter((factor) => (proofs[factor] ?? -Infinity) >= since.getTime()))
}

/**
 * Since when the session has been as strong as it is: the last moment from which on everything was shown that it takes.
 * A password alone does not renew what a password and a code had proved (ASVS 5.0, 7.5.1: full re-authentication).
 */
export function authenticatedAtOf(proofs: Proofs): Date {
  const whole = acrOf(Object.keys(proofs))
  const times = Object.values(proofs).toSorted((a, b) => b - a)
  const since = times.find((time) => {
    const acr = acrSince(proofs, new Date(time))
    return acr !== null && whole !== null && isAtLeast(acr, whole)
  })
  return new Date(since ?? Math.min(...times))
}

/** What was shown now, beside what was shown before. */
export function proofsOf(shown: readonly Factor[], now: Date, before: Proofs = {}): Proofs {
  return { ...before, ...Object.fromEntries(shown.map((factor) => [factor, now.getTime()])) }
}
