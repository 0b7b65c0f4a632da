import { inOrder } from '../../platform/database/pipeline.ts'
import { type Accepted, type Outcome, refuse } from '../../platform/outcome.ts'
import { signinErrors } from './errors.ts'
import { establish, type Landed } from './flow/establish.ts'
import type { SignInTarget } from './flow/target.ts'
import type { MfaTools } from './mfa/parts.ts'
import type { PasswordTools } from './passwords/parts.ts'
import {
  acceptPassword,
  changeDueAfter,
  type ProvingContext,
  proveByPassword,
  type TypedPassword,
} from './passwords/prove.ts'
import { recordRefusedSignIn, type RefusedSignIn, refuseSignIn } from './passwords/refused.ts'
import { policyErrors } from './policy/errors.ts'
import type { SignInPolicy } from './policy/shapes.ts'
import type { BrowserSession } from './sessions/browser.ts'
import type { Lifetime } from './sessions/lifetime.ts'
import { preparedBy, preparing } from './sessions/room.ts'
import { forgivePassword } from './store/passwords.ts'

export interface SignInContext extends ProvingContext {
  /** what this browser has already, whole or half done */
  readonly current: BrowserSession | null
  readonly target: SignInTarget
  readonly policy: SignInPolicy
}

export type SignInDeps = PasswordTools & MfaTools & { readonly lifetime: Lifetime }

/**
 * The first step by password.
 * @returns where to go with the session; else `sign_in_refused`, `sign_in_throttled`, `signin_busy` or `sessions_too_many`,
 * each with its event
 */
export async function signIn(
  context: SignInContext,
  deps: SignInDeps,
  typed: TypedPassword,
): Promise<Accepted<Landed> | RefusedSignIn> {
  const { work, source, now, current, target, policy } = context
  if (!policy.passwords) {
    return refuseSignIn(work, refuse(policyErrors.passwords_off), { person: null, reason: 'passwords_off' })
  }
  const proven = await proveByPassword(context, deps, typed)
  if (!proven.ok) return proven
  const { proof } = proven
  const { person } = proof
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<Landed>> => {
    const own = current?.person === person.id
    const asked = { person: person.id, now, except: current?.id, userAgent: source.userAgent }
    const hold = () => deps.directory.signingIn(tx, person.id)
    const forgive = () => forgivePassword(tx, proof)
    // In a session of theirs no other is begun.
    const [active, unchanged, ...prepared] = own
      ? await inOrder(tx, hold, forgive)
      : await inOrder(tx, hold, forgive, ...(await preparing(tx, deps, asked)))
    if (active === null || !unchanged) {
      const reason = active === null ? 'person_disabled' : 'password_changed'
      eventId = await recordRefusedSignIn(tx, { person, reason })
      return refuse(signinErrors.sign_in_refused)
    }
    await acceptPassword(tx, deps, proof, now)
    const landed = await establish(tx, deps, {
      person: person.id,
      known: active,
      prepared: preparedBy(prepared),
      amr: ['pwd'],
      changeDue: changeDueAfter(proof),
      source,
      now,
      current,
      target,
    })
    if (!landed.ok) eventId = tx.recorded.at(-1)?.id ?? ''
    return landed
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}
