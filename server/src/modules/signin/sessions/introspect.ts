import { unixSeconds } from '../../../platform/clock.ts'
import { hashSecret, isSecret } from '../../../platform/random.ts'
import { amrOf } from '../assurance.ts'
import { findSession, touchSessions } from '../store/sessions.ts'
import { findSessionByToken } from '../store/tokens.ts'
import type { Introspection, SigninDeps } from '../types.ts'
import { lackOf } from './demand.ts'
import type { Lifetime } from './lifetime.ts'

/** An edge asks again after this long: a key that was deleted is not in the feed of sessions. */
const keySeconds = 60

interface Asked {
  readonly tenant: string
  readonly credential: string
  readonly application: string
}

/**
 * Whether what an edge was shown holds at its application, and whose it is. Only the session of that very host does: one
 * of another application, or of the control plane itself, was stolen from there.
 */
export function introspect(deps: SigninDeps & { readonly lifetime: Lifetime }, asked: Asked): Promise<Introspection> {
  if (isSecret(asked.credential, 'hfs')) return ofSession(deps, asked)
  if (isSecret(asked.credential, 'hfk')) return ofKey(deps, asked)
  return Promise.resolve({ active: false, reason: 'unknown' })
}

function ofSession(
  deps: SigninDeps & { readonly lifetime: Lifetime },
  { tenant, credential, application }: Asked,
): Promise<Introspection> {
  const { database, directory, clock, lifetime } = deps
  return database.asTenant(tenant, async (tx) => {
    const now = clock.now()
    const session = await findSessionByToken(tx, hashSecret(credential))
    if (session === null) return { active: false, reason: 'unknown' }
    if (session.parent === null || session.application !== application) {
      return { active: false, reason: 'other_application' }
    }
    const parent = await findSession(tx, session.parent)
    if (session.endedAt !== null || parent === null || parent.endedAt !== null)
      return { active: false, reason: 'ended' }
    // Whoever is at work in an application is at work: its use keeps the sign-in awake that all of them hang on.
    if (!lifetime.isLive(session, now) || !lifetime.isLive(parent, now)) return { active: false, reason: 'expired' }
    const principal = { type: 'Person', id: session.person }
    const groups = await directory.groupsOf(tx, principal)
    if (groups === undefined) return { active: false, reason: 'disabled' }
    // What is asked of the sign-in is asked of what was made of it; that may be weaker, and has to be made anew then.
    const lack = await lackOf(tx, deps, { ...session, requiredAcr: parent.requiredAcr }, groups)
    if (lack !== null) return { active: false, reason: 'insufficient_user_authentication', acr: lack }
    const touched = lifetime.isToTouch(session, now)
    if (touched) await touchSessions(tx, [session.id, parent.id], now)
    const end = lifetime.endOf(touched ? { ...session, lastSeenAt: now } : session)
    return {
      active: true,
      principal,
      session: session.id,
      acr: session.acr,
      amr: amrOf(session.proofs),
      authTime: unixSeconds(session.authenticatedAt),
      expiresAt: unixSeconds(end),
    }
  })
}

function ofKey({ database, directory, clock }: SigninDeps, asked: Asked): Promise<Introspection> {
  return database.asTenant(asked.tenant, async (tx) => {
    const service = await directory.serviceOfKey(tx, asked.credential)
    if (service === null) return { active: false, reason: 'unknown' }
    if (service.application !== null && service.application !== asked.application) {
      return { active: false, reason: 'other_application' }
    }
    return {
      active: true,
      principal: { type: 'Service', id: service.id },
      session: null,
      acr: null,
      amr: [],
      authTime: null,
      expiresAt: unixSeconds(clock.now()) + keySeconds,
    }
  })
}
