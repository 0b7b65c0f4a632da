import type { Authenticate, Caller, PendingSession, Presented, Source } from '../../../platform/ports.ts'
import { hashSecret, isSecret } from '../../../platform/random.ts'
import { amrOf } from '../assurance.ts'
import { recordBootstrapUse } from '../bootstrap/use.ts'
import { findBootstrapBy } from '../store/bootstraps.ts'
import { findSessionByToken, type PresentedSession } from '../store/tokens.ts'
import type { SessionDeps } from './begin.ts'
import { lackOf } from './demand.ts'
import { refuseReused } from './reused.ts'
import { rotate } from './rotate.ts'
import { touch } from './touch.ts'

/**
 * Who presents this at the control plane. A cookie can only be a sign-in; a bearer can be a service's key or the
 * bootstrap token as well. The session of a guarded host is none of these: an application that is broken into gets no
 * further than itself.
 */
export function createAuthenticate(deps: SessionDeps): Authenticate {
  return async (presented, source) => {
    const { kind, secret } = presented
    if (isSecret(secret, 'hfs')) return bySession(deps, presented, source)
    if (kind === 'cookie') return 'invalid'
    if (isSecret(secret, 'hfk')) return byKey(deps, secret)
    return byBootstrap(deps, secret, source)
  }
}

type Standing = { readonly name: string; readonly groups: readonly string[] }
type Found =
  | { readonly session: PresentedSession; readonly person: Standing }
  | { readonly reused: PresentedSession }
  | PendingSession
  | 'invalid'

async function bySession(
  deps: SessionDeps,
  { kind, secret: token }: Presented,
  source: Source,
): Promise<Caller | PendingSession | 'invalid'> {
  const now = deps.clock.now()
  const found = await deps.database.asSystem((tx) => find(tx, deps, token, now))
  if (found === 'invalid' || 'pending' in found) return found
  if ('reused' in found) return refuseReused(deps, found.reused, { token, source, now })
  const { session, person } = found
  if (deps.lifetime.isToTouch(session, now)) await touch(deps, session, source, now)
  // Who sends it as a bearer takes no cookies.
  const renewed = kind === 'cookie' ? await rotate(deps, session, { token, groups: person.groups, now }) : undefined
  const { id, startedAt, lastSeenAt, acr, proofs, authenticatedAt } = session
  const expiresAt = deps.lifetime.endOf(session)
  return {
    tenant: session.tenant,
    principal: { type: 'Person', id: session.person },
    name: person.name,
    groups: person.groups,
    credential: 'session',
    session: {
      id,
      startedAt,
      lastSeenAt,
      expiresAt,
      acr,
      amr: amrOf(proofs),
      authenticatedAt,
      ...(renewed !== undefined && { renewed }),
    },
    application: null,
  }
}

async function find(
  tx: Parameters<SessionDeps['directory']['principal']>[0],
  deps: SessionDeps,
  token: string,
  now: Date,
): Promise<Found> {
  const session = await findSessionByToken(tx, hashSecret(token))
  if (session === null || session.kind !== 'sign-in' || !deps.lifetime.isLive(session, now)) return 'invalid'
  if (session.shown === 'prior') {
    if (session.priorUntil === null || session.priorUntil <= now) return { reused: session }
    if (session.priorWeaker) return 'invalid'
  }
  const person = await deps.directory.principal(tx, { type: 'Person', id: session.person })
  if (person === null) return 'invalid'
  const lack = await lackOf(tx, deps, session, person.groups)
  if (lack === null && !session.changeDue) return { session, person }
  return { pending: { id: session.id, tenant: session.tenant, demanded: lack ?? session.acr } }
}

function byKey({ database, directory }: SessionDeps, key: string): Promise<Caller | 'invalid'> {
  return database.asSystem(async (tx) => {
    const found = await directory.serviceOfKey(tx, key)
    if (found === null) return 'invalid'
    const { id, tenant, name, groups, application } = found
    const principal = { type: 'Service', id }
    return { tenant, principal, name, groups, credential: 'service-key', session: null, application }
  })
}

async function ofBootstrap(
  directory: SessionDeps['directory'],
  tx: Parameters<SessionDeps['directory']['principal']>[0],
  id: string,
): Promise<Caller | 'invalid'> {
  const principal = { type: 'Service', id }
  const service = await directory.principal(tx, principal)
  if (service === null) return 'invalid'
  const { tenant, name, groups, application } = service
  return { tenant, principal, name, groups, credential: 'bootstrap', session: null, application }
}

/** The token may be chosen by the operator, so that its shape says nothing; every use of it is an event. */
async function byBootstrap(deps: SessionDeps, token: string, source: Source): Promise<Caller | 'invalid'> {
  const { database, directory, clock } = deps
  const { row, caller } = await database.asSystem(async (tx) => {
    const row = await findBootstrapBy(tx, 'token_hash', hashSecret(token))
    if (row === null) return { row, caller: 'invalid' as const }
    const ended = row.completedAt !== null || row.expiresAt <= clock.now()
    return { row, caller: ended ? ('invalid' as const) : await ofBootstrap(directory, tx, row.service) }
  })
  if (row !== null) await recordBootstrapUse(deps.units, row, caller !== 'invalid', source)
  return caller
}
