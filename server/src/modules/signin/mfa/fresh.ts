import { type Acr, isAtLeast } from '../../../platform/assurance.ts'
import { type Refused, refuse } from '../../../platform/outcome.ts'
import type { SigninConfig } from '../config.ts'
import { mfaErrors } from './errors.ts'
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
 * @returns the refusal; undefined when they may
 */
export function unlessFresh(
  { acr, amr, authenticatedAt }: Shown,
  enrolled: Enrolled,
  { config, now }: { readonly config: Pick<SigninConfig, 'mfa'>; readonly now: Date },
): Refused | undefined {
  const minutes = config.mfa.freshMinutes
  const recent = now.getTime() - authenticatedAt.getTime() <= minutes * 60_000
  const strongest = strongestOf(enrolled)
  const whole = isAtLeast(acr, strongest) || (amr.includes('rec') && isAtLeast(acr, 'aal2'))
  if (recent && whole) return undefined
  const query = new URLSearchParams({ acr: strongest, max_age: String(minutes * 60) })
  return refuse(mfaErrors.fresh_sign_in_required, { minutes }, { acr: strongest, signIn: `/sign-in?${query}` })
}
