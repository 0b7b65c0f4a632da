import { type Outcome, ok } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Factor } from '../assurance.ts'
import type { SessionDeps } from '../sessions/begin.ts'
import { strengthen } from '../sessions/strengthen.ts'
import type { MfaTools } from './parts.ts'
import { addPasskey, type CheckedRegistration } from './passkeys/register.ts'
import { firstRecoveryCodes } from './recovery/make.ts'
import { endOthers } from './tell.ts'
import { confirmTotp } from './totp/enrol.ts'

type Deps = MfaTools & SessionDeps

/** Somebody in a session in which they may change their factors. */
export interface Enrolling {
  readonly person: string
  readonly session: string
  readonly endOtherSessions: boolean
  readonly source: Source
  readonly now: Date
}

/** What came of it; the answer carries the session's new token. With the first second factor come recovery codes. */
export interface EnrolledOwn {
  readonly id: string
  readonly recoveryCodes: string[] | null
  readonly revoked: number
}

/** Completes the set-up of an authenticator app. @returns `enrolment_unknown`, `code_refused`, `session_over` */
export async function enrolOwnTotp(
  tx: Tx,
  deps: Deps,
  by: Enrolling,
  { id, code }: { readonly id: string; readonly code: string },
): Promise<Outcome<EnrolledOwn>> {
  const { person, now } = by
  const confirmed = await confirmTotp(tx, deps, { id, person, code, now })
  return confirmed.ok ? stayIn(tx, deps, by, { id, amr: ['otp'] }) : confirmed
}

/** Registers a passkey whose answer was checked. @returns `passkey_invalid`, `session_over` */
export async function enrolOwnPasskey(
  tx: Tx,
  deps: Deps,
  by: Enrolling,
  checked: CheckedRegistration,
): Promise<Outcome<EnrolledOwn>> {
  const added = await addPasskey(tx, deps, checked, by.now)
  if (!added.ok) return added
  const { id, backupEligible } = checked.passkey
  return stayIn(tx, deps, by, { id, amr: [backupEligible ? 'swk' : 'hwk', 'user'] })
}

/** Whoever has just shown the new factor stays in: it is demanded from this moment on. */
async function stayIn(
  tx: Tx,
  deps: Deps,
  { person, session, endOtherSessions, source, now }: Enrolling,
  { id, amr }: { readonly id: string; readonly amr: readonly Factor[] },
): Promise<Outcome<EnrolledOwn>> {
  const codes = await firstRecoveryCodes(tx, deps, { person, now })
  const stronger = await strengthen(tx, deps, session, { amr, source, now })
  if (!stronger.ok) return stronger
  const revoked = endOtherSessions ? await endOthers(tx, deps, { person, keep: session, now }) : 0
  return ok({ id, recoveryCodes: codes && [...codes], revoked }, { cookies: [stronger.value.cookie] })
}
