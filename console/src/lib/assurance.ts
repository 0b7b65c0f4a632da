import type { Acr } from '../api/types.ts'

const levels: Readonly<Record<Acr, string>> = {
  aal1: 'one factor',
  aal2: 'two factors',
  phr: 'phishing-resistant',
}

/** What a session has shown, in words. */
export function acrWords(acr: Acr): string {
  return levels[acr]
}

// RFC 8176, section 2, and the values that Holdfast adds.
const methods: Readonly<Record<string, string>> = {
  pwd: 'password',
  otp: 'authenticator app',
  hwk: 'passkey on one device',
  swk: 'synced passkey',
  fed: 'another provider',
  rec: 'recovery code',
  mail: 'mailed code',
}

/** The factors that were shown, in words; those that only say something about the others are left out (`user`, `mfa`). */
export function amrWords(amr: readonly string[]): string {
  const said = amr.filter((method) => method !== 'user' && method !== 'mfa').map((method) => methods[method] ?? method)
  return said.length === 0 ? 'nothing' : said.join(', ')
}

/** Whether `acr` is less than what is demanded. */
export function isBelow(acr: Acr, demanded: Acr | null): boolean {
  return demanded !== null && order.indexOf(acr) < order.indexOf(demanded)
}

/** From the least to the most. */
export const order: readonly Acr[] = ['aal1', 'aal2', 'phr']
