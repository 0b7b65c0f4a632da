import { type Acr, type AssuranceDemand, isAtLeast } from '../../../platform/assurance.ts'
import type { SigninConfig } from '../config.ts'
import type { Enrolled } from './standing.ts'

/** What a session has shown, and when it had last shown all of it. */
export interface Shown {
  readonly acr: Acr
  readonly amr: readonly string[]
  readonly authenticatedAt: Date
}

/** The most that somebody can show with what they have enrolled; beside a cloned passkey that is a recovery code. */
export function strongestOf({ passkeys, cloned, totp }: Enrolled): Acr {
  return passkeys > 0 ? 'phr' : totp || cloned > 0 ? 'aal2' : 'aal1'
}

/**
 * Whether the factors may be changed in this session (ASVS 5.0, 7.5.1): everything that the person can show was shown a short
 * while ago. A recovery code stands in for a factor that is lost: that is what it is for.
 * @returns what is to be shown first; undefined when they may
 */
export function lackForChange(
  { acr, amr, authenticatedAt }: Shown,
  enrolled: Enrolled,
  { config, now }: { readonly config: Pick<SigninConfig, 'mfa'>; readonly now: Date },
): AssuranceDemand | undefined {
  const maxAge = config.mfa.freshMinutes * 60
  const recent = now.getTime() - authenticatedAt.getTime() <= maxAge * 1000
  const strongest = strongestOf(enrolled)
  const whole = isAtLeast(acr, strongest) || (amr.includes('rec') && isAtLeast(acr, 'aal2'))
  return recent && whole ? undefined : { acr: strongest, maxAge }
}
