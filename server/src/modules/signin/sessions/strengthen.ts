import { isAtLeast, strongest } from '../../../platform/assurance.ts'
import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import { hashSecret, newSecret } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import { acrOf, authenticatedAtOf, type Factor, proofsOf } from '../assurance.ts'
import { findSession, lockSessions } from '../store/sessions.ts'
import { writeStrengthened } from '../store/tokens.ts'
import { type SessionDeps, type StartedSession, tellOfDevice } from './begin.ts'
import { demandedOf, privilegesOf } from './demand.ts'
import { endEach } from './end.ts'
import { sessionErrors } from './errors.ts'
import { sessionCookie } from './lifetime.ts'
import { lockSessionsOf, makeRoom } from './room.ts'

/**
 * More was shown in a session that is there: the same session, stronger or proved anew, under a new token (ASVS 5.0,
 * 7.2.4). The earlier token holds no more from this moment, since who stole it would be lifted too. Sessions at guarded
 * hosts stay as strong as they were, and get what is new by another hand-off.
 * @returns the session; `session_over`, `sessions_too_many`
 */
export async function strengthen(
  tx: Tx,
  deps: SessionDeps,
  id: string,
  { amr, source, now }: { readonly amr: readonly Factor[]; readonly source: Source; readonly now: Date },
): Promise<Outcome<StartedSession>> {
  const found = await findSession(tx, id)
  if (found === null) return refuse(sessionErrors.session_over)
  await lockSessionsOf(tx, found.person)
  const room = found.pending ? await makeRoom(tx, deps, { person: found.person, now, except: id }) : []
  await lockSessions(tx, [id, ...(room === 'full' ? [] : room)])
  const session = await findSession(tx, id)
  if (session === null || session.kind !== 'sign-in' || !deps.lifetime.isLive(session, now)) {
    return refuse(sessionErrors.session_over)
  }
  const groups = await deps.directory.groupsOf(tx, { type: 'Person', id: session.person })
  if (groups === undefined) return refuse(sessionErrors.session_over)

  const proofs = proofsOf(amr, now, session.proofs)
  const acr = acrOf(Object.keys(proofs)) ?? session.acr
  const demanded = strongest(await demandedOf(tx, deps, session.person, groups), session.requiredAcr)
  const pending = session.pending && !isAtLeast(acr, demanded)
  const evicted = session.pending && !pending ? room : []
  if (evicted === 'full') return refuse(sessionErrors.sessions_too_many, { most: deps.config.sessions.most })
  if (session.pending && !pending) await tellOfDevice(tx, deps, { person: session.person, source, now })

  const token = newSecret(deps.random, 'hfs')
  const authenticatedAt = authenticatedAtOf(proofs)
  const expiresAt = pending
    ? session.expiresAt
    : addSeconds(authenticatedAt, (await deps.policies.of(tx)).limits.absoluteSeconds)
  await writeStrengthened(tx, id, {
    token: hashSecret(token),
    proofs,
    acr,
    authenticatedAt,
    pending,
    privileges: privilegesOf(groups),
    expiresAt,
    now,
    overlapSeconds: deps.config.sessions.overlapSeconds,
  })
  await tx.record({
    kind: 'session.strengthened',
    actor: { type: 'Person', id: session.person },
    resource: { type: 'Session', id },
    data: { amr: [...amr], acr },
  })
  await endEach(tx, deps, [{ roots: evicted, kind: 'session.revoked', reason: 'evicted', now }])
  const started = { id, token, cookie: sessionCookie(token), expiresAt, acr, demanded }
  return ok({ ...started, pending: !isAtLeast(acr, demanded) })
}
