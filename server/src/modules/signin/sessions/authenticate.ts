import type { Authenticate, Caller, Source } from '../../../platform/ports.ts'
import { hashSecret, isSecret } from '../../../platform/random.ts'
import { recordBootstrapUse } from '../bootstrap/use.ts'
import { findBootstrapBy } from '../store/bootstraps.ts'
import { findSessionByToken, touchSessions } from '../store/sessions.ts'
import type { SigninDeps } from '../types.ts'
import type { Lifetime } from './lifetime.ts'

type Deps = SigninDeps & { readonly lifetime: Lifetime }

/**
 * Who presents this at the control plane. A cookie can only be a sign-in; a bearer can be a service's key or the
 * bootstrap token as well. The session of a guarded host is none of these: an application that is broken into gets no
 * further than itself.
 */
export function createAuthenticate(deps: Deps): Authenticate {
  return async ({ kind, secret }, source) => {
    if (isSecret(secret, 'hfs')) return bySession(deps, secret)
    if (kind === 'cookie') return 'invalid'
    if (isSecret(secret, 'hfk')) return byKey(deps, secret)
    return byBootstrap(deps, secret, source)
  }
}

function bySession({ database, directory, clock, lifetime }: Deps, token: string): Promise<Caller | 'invalid'> {
  return database.asSystem(async (tx) => {
    const now = clock.now()
    const session = await findSessionByToken(tx, hashSecret(token))
    if (session === null || session.kind !== 'sign-in' || !lifetime.isLive(session, now)) return 'invalid'
    const person = await directory.principal(tx, { type: 'Person', id: session.person })
    if (person === null) return 'invalid'
    if (lifetime.isToTouch(session, now)) await touchSessions(tx, [session.id], now)
    const { id, startedAt } = session
    return {
      tenant: session.tenant,
      principal: { type: 'Person', id: session.person },
      name: person.name,
      groups: person.groups,
      credential: 'session',
      session: { id, startedAt, expiresAt: lifetime.endOf(session) },
      application: null,
    }
  })
}

function byKey({ database, directory }: Deps, key: string): Promise<Caller | 'invalid'> {
  return database.asSystem(async (tx) => {
    const found = await directory.serviceOfKey(tx, key)
    if (found === null) return 'invalid'
    const { id, tenant, name, groups, application } = found
    const principal = { type: 'Service', id }
    return { tenant, principal, name, groups, credential: 'service-key', session: null, application }
  })
}

async function ofBootstrap(
  directory: Deps['directory'],
  tx: Parameters<Deps['directory']['principal']>[0],
  id: string,
): Promise<Caller | 'invalid'> {
  const principal = { type: 'Service', id }
  const service = await directory.principal(tx, principal)
  if (service === null) return 'invalid'
  const { tenant, name, groups, application } = service
  return { tenant, principal, name, groups, credential: 'bootstrap', session: null, application }
}

/** The token may be chosen by the operator, so that its shape says nothing; every use of it is an event. */
async function byBootstrap(deps: Deps, token: string, source: Source): Promise<Caller | 'invalid'> {
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
