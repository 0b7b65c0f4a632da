import { type Acr, strongest } from '../../../platform/assurance.ts'
import type { Database } from '../../../platform/database/database.ts'
import { presentedBy } from '../../../platform/http/request.ts'
import { hashSecret, isSecret } from '../../../platform/random.ts'
import type { Reading } from '../../directory/index.ts'
import { type Amr, amrOf, type Proofs } from '../assurance.ts'
import { findSession, findSessions, type SessionRow, touchSessions } from '../store/sessions.ts'
import { standingWith } from '../mfa/standing.ts'
import { findSessionByToken } from '../store/tokens.ts'
import { type DemandDeps, demandedOf } from './demand.ts'
import type { Lifetime } from './lifetime.ts'

/** A live sign-in, as the pages and protocols see it that lead people through signing in. */
export interface BrowserSession {
  readonly id: string
  readonly tenant: string
  readonly person: string
  readonly proofs: Proofs
  readonly acr: Acr
  readonly amr: readonly Amr[]
  readonly authenticatedAt: Date
  readonly startedAt: Date
  readonly expiresAt: Date
  /** what it must show to be somebody's */
  readonly demanded: Acr
  /** It shows less, or its password must be changed first, so that it authenticates nobody. */
  readonly pending: boolean
  /** begun with a password that must be changed */
  readonly changeDue: boolean
}

export type BrowserDeps = DemandDeps & { readonly database: Database; readonly lifetime: Lifetime }

/**
 * The sign-in of this browser, also one that is not finished: for what leads through signing in, and nothing else. Everything
 * else asks for the caller. Not within `work`: it has a connection of its own.
 * @param tenant whom it is for: a sign-in to another tenant is none
 * @returns null when there is none, or none that is live
 */
export async function browserSession(
  deps: BrowserDeps,
  headers: Headers,
  now: Date,
  tenant?: string,
): Promise<BrowserSession | null> {
  const presented = presentedBy(headers)
  if (presented?.kind !== 'cookie' || !isSecret(presented.secret, 'hfs')) return null
  return deps.database.asSystem(async (tx) => {
    const session = await findSessionByToken(tx, hashSecret(presented.secret))
    if (session === null || (tenant !== undefined && session.tenant !== tenant)) return null
    const over = session.shown === 'prior' && (session.priorWeaker || (session.priorUntil ?? now) <= now)
    const found = over ? null : await seen(tx, deps, session, now)
    // To be sent on to another application is a use of the sign-in, too.
    if (found?.pending === false && deps.lifetime.isToTouch(session, now)) await touchSessions(tx, [session.id], now)
    return found
  })
}

/** @returns a sign-in by its id; null when it is none, or is over, or its person is disabled */
export async function signInOf(
  tx: Reading,
  deps: Omit<BrowserDeps, 'database'>,
  id: string,
  now: Date,
): Promise<BrowserSession | null> {
  const session = await findSession(tx, id)
  return session === null ? null : seen(tx, deps, session, now)
}

/**
 * Sign-ins by their ids, many at once.
 * @param groupsOf of the people whose they are; whoever is not in it is disabled
 * @returns nothing of one that is none, or is over, or whose person is disabled
 */
export async function signInsOf(
  tx: Reading,
  deps: Pick<BrowserDeps, 'policies' | 'lifetime'>,
  ids: readonly string[],
  { groupsOf, now }: { readonly groupsOf: ReadonlyMap<string, readonly string[]>; readonly now: Date },
): Promise<ReadonlyMap<string, BrowserSession>> {
  const found = new Map<string, BrowserSession>()
  if (ids.length === 0) return found
  for (const { second, ...session } of await findSessions(tx, ids)) {
    const groups = groupsOf.get(session.person)
    if (groups === undefined || session.kind !== 'sign-in' || !deps.lifetime.isLive(session, now)) continue
    const standing = standingWith(await deps.policies.of(tx, session.tenant), groups, second)
    found.set(session.id, shownBy(deps, session, strongest(standing, session.personAcr, session.requiredAcr)))
  }
  return found
}

async function seen(
  tx: Reading,
  deps: Omit<BrowserDeps, 'database'>,
  session: SessionRow,
  now: Date,
): Promise<BrowserSession | null> {
  if (session.kind !== 'sign-in' || !deps.lifetime.isLive(session, now)) return null
  const groups = await deps.directory.groupsOf(tx, { type: 'Person', id: session.person })
  if (groups === undefined) return null
  return shownBy(
    deps,
    session,
    strongest(await demandedOf(tx, deps, session.person, groups, session.tenant), session.requiredAcr),
  )
}

function shownBy({ lifetime }: Pick<BrowserDeps, 'lifetime'>, session: SessionRow, demanded: Acr): BrowserSession {
  const { id, tenant, person, proofs, acr, authenticatedAt, startedAt, changeDue } = session
  return {
    id,
    tenant,
    person,
    proofs,
    acr,
    amr: amrOf(proofs),
    authenticatedAt,
    startedAt,
    expiresAt: lifetime.endOf(session),
    demanded,
    pending: changeDue || strongest(acr, demanded) !== acr,
    changeDue,
  }
}
