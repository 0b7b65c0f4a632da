import { browserSession } from '../sessions/browser.ts'
import type { SessionDeps } from '../sessions/begin.ts'
import { operates } from './own.ts'

/**
 * Whether whoever opens the console has nothing to do there: their own account is what they want. It is a courtesy, and
 * protects nothing: what the console shows each route decides.
 * @param tenantOfHost whose host it is asked at, where it is one tenant's
 */
export async function isOnlyThemselves(
  deps: SessionDeps,
  headers: Headers,
  now: Date,
  tenantOfHost?: string,
): Promise<boolean> {
  const session = await browserSession(deps, headers, now, tenantOfHost)
  if (session === null || session.pending) return false
  const { tenant, id, person, acr, amr, authenticatedAt, startedAt, expiresAt } = session
  const principal = { type: 'Person', id: person }
  const found = await deps.database.asTenant(tenant, (tx) => deps.directory.principal(tx, principal), 'read')
  if (found === null) return false
  return !(await operates(deps, {
    tenant,
    principal,
    name: found.name,
    groups: found.groups,
    credential: 'session',
    session: { id, acr, amr, authenticatedAt, startedAt, expiresAt, lastSeenAt: now },
    application: null,
  }))
}
