import { addSeconds } from '../../../platform/clock.ts'
import type { JobHandler } from '../../../platform/jobs/jobs.ts'
import { forgetMailedCodes } from '../mfa/mail-code/store.ts'
import { forgetBegunApps } from '../mfa/totp/store.ts'
import { forgetCodes } from '../store/handoff.ts'
import { forgetRevocations } from '../store/revocations.ts'
import { endSessions, forgetEndedSessions, lockLapsed, tenantsWithLapsed } from '../store/sessions.ts'
import { forgetThrottles } from '../store/throttles.ts'
import type { SigninDeps } from '../types.ts'
import type { Lifetime } from './lifetime.ts'

const batch = 200
const everySeconds = 60
const day = 86_400

/**
 * Writes down that sessions are over, and forgets what is of no use. Nothing depends on its being on time: who asks about a
 * session compares the times, and edges know when theirs end.
 */
export function createExpire(deps: SigninDeps & { readonly lifetime: Lifetime }): JobHandler {
  const { database, clock, lifetime } = deps
  return async () => {
    const now = clock.now()
    const tenants = await database.asSystem((tx) => tenantsWithLapsed(tx, now))
    for (const tenant of tenants) while ((await expireBatch(deps, tenant, now)) === batch);
    await database.asSystem(async (tx) => {
      await forgetCodes(tx, addSeconds(now, -day))
      await forgetMailedCodes(tx, addSeconds(now, -day))
      await forgetBegunApps(tx, addSeconds(now, -day))
      await forgetThrottles(tx, addSeconds(now, -day))
      // A session of which an edge might still know has lapsed by then.
      await forgetRevocations(tx, addSeconds(now, -lifetime.limits.absoluteSeconds - day))
      await forgetEndedSessions(tx, addSeconds(now, -30 * day))
    })
    return { again: everySeconds }
  }
}

async function expireBatch({ units, oauth }: SigninDeps, tenant: string, now: Date): Promise<number> {
  const nobody = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
  return units.work(nobody, async (tx) => {
    const lapsed = await lockLapsed(tx, now, batch)
    const ended = await endSessions(tx, lapsed, { reason: 'expired', now })
    for (const { id, person, application } of ended) {
      const resource = { type: 'Session', id }
      await tx.record({ kind: 'session.expired', resource, application, reason: 'expired', data: { person } })
    }
    const ids = ended.map(({ id }) => id)
    if (ids.length > 0) await oauth.sessionsEnded(tx, ids, 'expired')
    return lapsed.length
  })
}
