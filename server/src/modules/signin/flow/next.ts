import { type Acr, isAtLeast, strongest } from '../../../platform/assurance.ts'
import { acrSince, type Proofs } from '../assurance.ts'
import { type Enrolled, hasSecondFactor } from '../mfa/standing.ts'
import type { SignInTarget, Step } from './target.ts'

export interface Standing {
  readonly proofs: Proofs
  /** what the session must show, whoever asks */
  readonly demanded: Acr
  readonly enrolled: Enrolled
  /** codes can be sent by e-mail, and count */
  readonly mailCodes: boolean
}

/**
 * What comes after a factor was shown.
 *
 * Whoever has a second factor shows it before anything else, enrolling another one included: a password alone must not be
 * able to add the factor that is missing (ASVS 5.0, 6.4.4).
 * @returns the step; null when the person is through
 */
export function nextStep(
  { proofs, demanded, enrolled, mailCodes }: Standing,
  target: Pick<SignInTarget, 'acr' | 'since'>,
): Step | null {
  const { shown, wanted } = shownAndWanted(proofs, demanded, target)
  if (isAtLeast(shown, wanted)) return null
  if (shown === null) return '/sign-in'
  const second = hasSecondFactor(enrolled)
  if (second && !isAtLeast(shown, 'aal2')) return '/sign-in/verify'
  // Who has come by a recovery code has lost what they had.
  const lost = (proofs.rec ?? -Infinity) >= (target.since?.getTime() ?? 0)
  if (wanted === 'phr') return enrolled.passkeys > 0 && !lost ? '/sign-in/verify' : '/sign-in/enrol'
  return second || mailCodes ? '/sign-in/verify' : '/sign-in/enrol'
}

/** Whether nothing is missing, whatever the person has enrolled. */
export function isThrough(proofs: Proofs, demanded: Acr, target: Pick<SignInTarget, 'acr' | 'since'>): boolean {
  const { shown, wanted } = shownAndWanted(proofs, demanded, target)
  return isAtLeast(shown, wanted)
}

function shownAndWanted(proofs: Proofs, demanded: Acr, { acr, since }: Pick<SignInTarget, 'acr' | 'since'>) {
  return { shown: acrSince(proofs, since ?? new Date(0)), wanted: strongest(demanded, acr) }
}
