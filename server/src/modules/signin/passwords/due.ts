import { type Acr, isAtLeast } from '../../../platform/assurance.ts'
import type { Reading } from '../../directory/index.ts'
import { marksOf } from '../store/passwords.ts'

/** Why a password must be changed before its person goes on. */
export type ChangeDue = 'compromised' | 'too_short_alone'

/**
 * NIST SP 800-63B-4, section 3.1.1.2: no change by the calendar, but one when a password is known to others; and where the
 * second factor went with which a short one was enough.
 * @param demanded what the person's sign-in demands
 */
export async function passwordChangeDue(tx: Reading, personId: string, demanded: Acr): Promise<ChangeDue | null> {
  const marks = await marksOf(tx, personId)
  if (marks === null) return null
  if (marks.compromised) return 'compromised'
  return marks.sufficesAlone === false && !isAtLeast(demanded, 'aal2') ? 'too_short_alone' : null
}
