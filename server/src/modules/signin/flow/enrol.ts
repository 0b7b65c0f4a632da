import { type Accepted, type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Factor } from '../assurance.ts'
import { admitAttempt, brakeOf, forgetMistakes } from '../mfa/brake.ts'
import { mfaErrors } from '../mfa/errors.ts'
import { addPasskey, proveRegistration } from '../mfa/passkeys/register.ts'
import { PasskeyName, Registration } from '../mfa/passkeys/shapes.ts'
import { firstRecoveryCodes } from '../mfa/recovery/make.ts'
import { confirmTotp } from '../mfa/totp/enrol.ts'
import type { RefusedSignIn } from '../passwords/refused.ts'
import type { SignInDeps } from '../sign-in.ts'
import { establish, type Landed } from './establish.ts'
import type { VerifyContext } from './show-code.ts'

/** Where to go, and the recovery codes that came with the first second factor. */
export type EnrolledAt = Landed & { readonly codes: readonly string[] | null }

/**
 * Completes the set-up of an authenticator app on the way through a sign-in; its code is a factor that was shown.
 * @returns `enrolment_unknown`, `code_refused`, `sign_in_throttled`, each with its event
 */
export async function enrolTotp(
  context: VerifyContext,
  deps: SignInDeps,
  { enrolment, code }: { readonly enrolment: string; readonly code: string },
): Promise<Accepted<EnrolledAt> | RefusedSignIn> {
  const { read, now, current } = context
  const { person, tenant } = current
  const brake = await brakeOf(read, deps, person, 'codes')
  const slow = await admitAttempt(deps, tenant, brake, now)
  return complete(context, deps, async (tx) => {
    if (slow !== undefined) return slow
    const confirmed = await confirmTotp(tx, deps, { id: enrolment, person, code, now })
    if (!confirmed.ok) return confirmed
    await forgetMistakes(tx, brake)
    return ok(['otp'])
  })
}

/**
 * Registers a passkey on the way through a sign-in: making it was the first use.
 * @param sent RegistrationResponseJSON, as text
 * @returns `passkey_invalid`, `passkeys_unavailable`, each with its event
 */
export async function enrolPasskey(
  context: VerifyContext,
  deps: SignInDeps,
  { name, credential }: { readonly name: string; readonly credential: string },
): Promise<Accepted<EnrolledAt> | RefusedSignIn> {
  const { read, now, current } = context
  const response = readRegistration(credential)
  const called = PasskeyName.safeParse(name.trim() === '' ? 'Passkey' : name)
  const person = await read((tx) => deps.directory.person(tx, current.person))
  const checked =
    response === undefined || !called.success || person === null
      ? refuse(mfaErrors.passkey_invalid, { reason: called.success ? 'it cannot be read' : 'its name is too long' })
      : await proveRegistration(read, deps, { person, session: current.id, now }, { name: called.data, response })
  return complete(context, deps, async (tx) => {
    if (!checked.ok) return checked
    const added = await addPasskey(tx, deps, checked.value, now)
    return added.ok ? ok([checked.value.passkey.backupEligible ? 'swk' : 'hwk', 'user']) : added
  })
}

function readRegistration(sent: string) {
  try {
    return Registration.safeParse(JSON.parse(sent)).data
  } catch {
    return undefined
  }
}

async function complete(
  { work, source, now, current, target }: VerifyContext,
  deps: SignInDeps,
  enrol: (tx: Tx) => Promise<Outcome<readonly Factor[]>>,
): Promise<Accepted<EnrolledAt> | RefusedSignIn> {
  const { person } = current
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<EnrolledAt>> => {
    const shown = await enrol(tx)
    if (!shown.ok) {
      const resource = { type: 'Person', id: person }
      const reason = shown.error.code
      eventId = await tx.record({ kind: 'factor.enrolled', outcome: 'refused', actor: resource, resource, reason })
      return shown
    }
    const codes = await firstRecoveryCodes(tx, deps, { person, now })
    const landed = await establish(tx, deps, { person, amr: shown.value, source, now, current, target })
    if (!landed.ok) eventId = tx.recorded.at(-1)?.id ?? ''
    return landed.ok ? ok({ ...landed.value, codes }) : landed
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}
