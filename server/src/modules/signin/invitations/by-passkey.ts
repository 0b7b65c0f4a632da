import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Read } from '../../../platform/work.ts'
import { Name } from '../../directory/index.ts'
import { signinErrors } from '../errors.ts'
import { establish, type Landed } from '../flow/establish.ts'
import { readTarget } from '../flow/target.ts'
import { mfaErrors } from '../mfa/errors.ts'
import { addPasskey, beginRegistration, proveRegistration } from '../mfa/passkeys/register.ts'
import { Registration } from '../mfa/passkeys/shapes.ts'
import { firstRecoveryCodes } from '../mfa/recovery/make.ts'
import type { SignInDeps } from '../sign-in.ts'
import { acceptInvitation } from './accept.ts'
import { type Accepting, type AcceptTools, type Open, readInvitation } from './complete.ts'
import { invitationErrors } from './errors.ts'
import { unlessPermitted } from './permitted.ts'

export type PasskeyTools = AcceptTools & SignInDeps

/** Who the person will be: they get the invitation's id, so that the passkey can be made before they are there. */
const registering = ({ row, email }: Open, name: string, now: Date) => ({
  person: { id: row.id, email, name },
  session: 'invitation',
  now,
})

/** @returns PublicKeyCredentialCreationOptionsJSON; `invitation_invalid`, `name_invalid`, `passkeys_unavailable` */
export async function beginByPasskey(
  { read, now }: { readonly read: Read; readonly now: Date },
  deps: PasskeyTools,
  { token, called }: { readonly token: string; readonly called: string },
): ReturnType<typeof beginRegistration> {
  const open = await readInvitation(read, deps, token, now)
  if (open === null) return refuse(invitationErrors.invitation_invalid)
  const name = Name.safeParse(called)
  if (!name.success) return refuse(signinErrors.name_invalid)
  return beginRegistration(read, deps, registering(open, name.data, now))
}

/** Where to go, and recovery codes for when the passkey is lost. */
export type Joined = Landed & { readonly codes: readonly string[] | null }

/**
 * Accepts an invitation with a passkey, and without a password.
 * @param typed `credential`: RegistrationResponseJSON
 * @returns where to go; `invitation_invalid`, `name_invalid`, `passkey_invalid`, each with its event
 */
export async function acceptWithPasskey(
  { read, work, source, now, current }: Accepting,
  deps: PasskeyTools,
  typed: { readonly token: string; readonly called: string; readonly credential: string },
): Promise<Outcome<Joined> & { eventId?: string }> {
  const checked = await check(read, deps, typed, now)
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<Joined>> => {
    if (!checked.ok) {
      const reason = checked.error.code
      eventId = await tx.record({ kind: 'invitation.accepted', outcome: 'refused', reason })
      return checked
    }
    const { invitation, name, registration } = checked.value
    const accepted = await acceptInvitation(tx, deps, { invitation, name, now })
    if (!accepted.ok) {
      eventId = tx.recorded.at(-1)?.id ?? ''
      return accepted
    }
    const person = accepted.value.person.id
    const added = await addPasskey(tx, deps, registration, now)
    // Its challenge was used, or the passkey is somebody's: nobody is made of that.
    if (!added.ok) throw new Error('the passkey was registered at the same moment')
    const codes = await firstRecoveryCodes(tx, deps, { person, now })
    const amr = [registration.passkey.backupEligible ? 'swk' : 'hwk', 'user'] as const
    const landed = await establish(tx, deps, { person, amr, source, now, current, target: readTarget({}, now) })
    return landed.ok ? ok({ ...landed.value, codes }) : landed
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

async function check(
  read: Read,
  deps: PasskeyTools,
  { token, called, credential }: { readonly token: string; readonly called: string; readonly credential: string },
  now: Date,
) {
  const open = await readInvitation(read, deps, token, now)
  if (open === null || (await unlessPermitted(read, deps, open.row)) !== null) {
    return refuse(invitationErrors.invitation_invalid)
  }
  const name = Name.safeParse(called)
  if (!name.success) return refuse(signinErrors.name_invalid)
  const response = parsed(credential)
  if (response === undefined) return unreadable()
  const given = { name: 'Passkey', response }
  const registration = await proveRegistration(read, deps, registering(open, name.data, now), given)
  return registration.ok
    ? ok({ invitation: open.row.id, name: name.data, registration: registration.value })
    : registration
}

function parsed(sent: string) {
  try {
    return Registration.safeParse(JSON.parse(sent)).data
  } catch {
    return undefined
  }
}

const unreadable = (): Refused => refuse(mfaErrors.passkey_invalid, { reason: 'it cannot be read' })
