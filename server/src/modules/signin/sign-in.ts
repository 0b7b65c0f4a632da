import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller } from '../../platform/ports.ts'
import { signinErrors } from './errors.ts'
import type { PasswordTools } from './passwords/parts.ts'
import { acceptPassword, type PasswordProof, type ProvingContext, proveByPassword } from './passwords/prove.ts'
import { recordRefusedSignIn, type RefusedSignIn } from './passwords/refused.ts'
import { endTree } from './sessions/end.ts'
import type { Lifetime } from './sessions/lifetime.ts'
import { type StartedSession, startSignIn } from './sessions/start.ts'

export interface SignInContext extends ProvingContext {
  /** whoever is signed in in this browser already */
  readonly caller: Caller | null
}

export interface Typed {
  readonly email: string
  readonly password: string
}

export type SignInDeps = PasswordTools & { readonly lifetime: Lifetime }

/**
 * Signs a person in by password.
 * @returns the session with its token; else `sign_in_refused`, `sign_in_throttled` or `signin_busy`, each with its event
 */
export async function signIn(
  context: SignInContext,
  deps: SignInDeps,
  { email, password }: Typed,
): Promise<{ readonly ok: true; readonly session: StartedSession } | RefusedSignIn> {
  const proven = await proveByPassword(context, deps, { username: email, password })
  return proven.ok ? finish(context, deps, proven.proof) : proven
}

async function finish(
  { work, source, now, caller }: SignInContext,
  deps: SignInDeps,
  proof: PasswordProof,
): Promise<{ readonly ok: true; readonly session: StartedSession } | RefusedSignIn> {
  const { person } = proof
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<StartedSession>> => {
    const active = await deps.directory.recordSignIn(tx, person.id, now)
    if (!active || !(await acceptPassword(tx, deps, proof, now))) {
      eventId = await recordRefusedSignIn(tx, { person, reason: active ? 'password_changed' : 'person_disabled' })
      return refuse(signinErrors.sign_in_refused)
    }
    const session = await startSignIn(tx, deps, { person: person.id, source, now })
    const named = await deps.directory.person(tx, person.id)
    await tx.record({
      kind: 'session.started',
      actor: { type: 'Person', id: person.id, ...(named !== null && { name: named.name }) },
      resource: { type: 'Session', id: session.id },
    })
    const before = caller?.session?.id
    if (before !== undefined) await endTree(tx, before, { kind: 'session.ended', reason: 'replaced', now })
    return ok(session)
  })
  return outcome.ok ? { ok: true, session: outcome.value } : { ...outcome, eventId }
}
