import type { Source } from '../../../platform/ports.ts'
import { hashSecret } from '../../../platform/random.ts'
import { forgetPrior, type PresentedSession } from '../store/tokens.ts'
import type { SessionDeps } from './begin.ts'
import { endTree } from './end.ts'

/**
 * A token that was replaced, and whose holder has shown the new one since: this is somebody who kept a copy. Told once for
 * each token, however often it is tried.
 */
export async function refuseReused(
  deps: SessionDeps,
  session: PresentedSession,
  { token, source, now }: { readonly token: string; readonly source: Source; readonly now: Date },
): Promise<'invalid'> {
  const { id, tenant, person } = session
  deps.lifetime.counters.reused += 1
  const context = { tenant, actor: null, source, requestId: null }
  await deps.units.work(context, async (tx) => {
    if (!(await forgetPrior(tx, id, hashSecret(token)))) return
    const resource = { type: 'Session', id }
    await tx.record({
      kind: 'session.token_reused',
      outcome: 'refused',
      resource,
      reason: 'token_replaced',
      data: { person },
    })
    if (deps.config.sessions.reusedToken === 'end') {
      await endTree(tx, deps, id, { kind: 'session.revoked', reason: 'token_reused', now, withGiven: true })
      await deps.mail.send(tx, { to: { person }, template: 'session-suspicious', values: {} })
    }
  })
  return 'invalid'
}
