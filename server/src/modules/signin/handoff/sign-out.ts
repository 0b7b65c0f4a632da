import { type Outcome, ok } from '../../../platform/outcome.ts'
import { hashSecret, isSecret } from '../../../platform/random.ts'
import type { Work } from '../../../platform/work.ts'
import { endTree } from '../sessions/end.ts'
import { findSessionByToken } from '../store/tokens.ts'
import type { SigninDeps } from '../types.ts'

/**
 * Signing out of one application is signing out: the sign-in ends, and with it the sessions at every other host.
 * @param asked.application the one that the asking service is bound to; null for a gateway
 * @returns whether there was a session to end: one that is over already needs no ending, and no refusal either
 */
export function signOutHost(
  work: Work,
  deps: Pick<SigninDeps, 'clock' | 'oauth'>,
  asked: { readonly session: string; readonly application: string | null },
): Promise<Outcome<{ ended: boolean }>> {
  return work(async (tx) => {
    const session = isSecret(asked.session, 'hfs') ? await findSessionByToken(tx, hashSecret(asked.session)) : null
    const own = asked.application === null || session?.application === asked.application
    if (session === null || session.parent === null || !own) {
      await tx.record({ kind: 'session.ended', outcome: 'refused', reason: 'session_unknown' })
      return ok({ ended: false })
    }
    const ended = await endTree(tx, deps, session.parent, {
      kind: 'session.ended',
      reason: 'signed_out',
      now: deps.clock.now(),
    })
    if (ended === 0) {
      const resource = { type: 'Session', id: session.parent }
      await tx.record({ kind: 'session.ended', outcome: 'refused', resource, reason: 'session_ended' })
    }
    return ok({ ended: ended > 0 })
  })
}
