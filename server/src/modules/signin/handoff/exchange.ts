import { createHash, timingSafeEqual } from 'node:crypto'
import { unixSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import { hashSecret, isSecret } from '../../../platform/random.ts'
import type { Tx, Work } from '../../../platform/work.ts'
import { signinErrors } from '../errors.ts'
import { lackOf } from '../sessions/demand.ts'
import { endEach } from '../sessions/end.ts'
import type { Lifetime } from '../sessions/lifetime.ts'
import { startHostSession } from '../sessions/start.ts'
import type { SigninColumns } from '../store/columns.ts'
import { consumeCode, isKnownCode, type NewCode } from '../store/handoff.ts'
import { holdSession, weakerHostSessions } from '../store/sessions.ts'
import type { Exchange, Exchanged, SigninDeps } from '../types.ts'

/**
 * Makes a host session of a code. The code is consumed in the transaction that writes the session, and it is consumed too
 * when something does not fit: whoever shows it with the wrong verifier has it from somewhere else, and gets one try.
 * (The session of an earlier, right exchange stays: without the verifier nobody else can have made it.)
 * @returns the session; `handoff_code_invalid`, with the event saying why
 */
export function exchange(
  work: Work,
  deps: SigninDeps & { readonly lifetime: Lifetime; readonly columns: SigninColumns },
  asked: Exchange,
): Promise<Outcome<Exchanged>> {
  return work(async (tx) => {
    const now = deps.clock.now()
    const code = isSecret(asked.code, 'hfc') ? await consumeCode(tx, hashSecret(asked.code), now) : null
    if (code === null) return refused(tx, (await isUsed(tx, asked.code)) ? 'used' : 'unknown', asked.application)
    const misfit = misfitOf(code, asked, now)
    if (misfit !== undefined) return refused(tx, misfit, code.application)
    const parent = await holdSession(tx, code.session)
    if (parent === null || !deps.lifetime.isLive(parent, now)) return refused(tx, 'session_ended', code.application)
    const uid = { type: 'Person', id: parent.person }
    const person = await deps.directory.principal(tx, uid)
    if (person === null) return refused(tx, 'disabled', code.application)
    if ((await lackOf(tx, deps, parent, person.groups)) !== null) {
      return refused(tx, 'insufficient_user_authentication', code.application)
    }

    const { application } = code
    const started = await startHostSession(tx, deps, { parent, application, now })
    const resource = { type: 'Session', id: started.id }
    const data = { signIn: parent.id }
    // The caller is the gateway; the actor is the person, named as in `handoff.issued`.
    const actor = { ...uid, name: person.name }
    await tx.record({ kind: 'handoff.exchanged', actor, resource, application, data })
    // What this browser had there until now, under a token that it is about to forget.
    const roots = await weakerHostSessions(tx, parent, application)
    await endEach(tx, deps, [{ roots, kind: 'session.revoked', reason: 'strengthened', now }])
    return ok({ session: started.token, expiresAt: unixSeconds(started.expiresAt), returnTo: '/' })
  })
}

function isUsed(tx: Tx, code: string): Promise<boolean> {
  return isSecret(code, 'hfc') ? isKnownCode(tx, hashSecret(code)) : Promise.resolve(false)
}

function misfitOf(code: Omit<NewCode, 'hash'>, asked: Exchange, now: Date): string | undefined {
  if (code.expiresAt <= now) return 'expired'
  if (asked.application !== null && asked.application !== code.application) return 'other_application'
  if (asked.redirectUri !== code.redirectUri) return 'other_address'
  return isVerifier(asked.verifier, code.challenge) ? undefined : 'verifier_wrong'
}

/** RFC 7636, section 4.6: SHA256(verifier) is what the challenge spells. */
function isVerifier(verifier: string, wanted: Buffer): boolean {
  return timingSafeEqual(createHash('sha256').update(verifier).digest(), wanted)
}

async function refused(tx: Tx, reason: string, application: string | null): Promise<Refused> {
  await tx.record({ kind: 'handoff.refused', outcome: 'refused', application, reason })
  return refuse(signinErrors.handoff_code_invalid)
}
