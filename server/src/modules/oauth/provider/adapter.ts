import type { Adapter } from 'oidc-provider'
import { addSeconds, unixSeconds } from '../../../platform/clock.ts'
import { hashSecret } from '../../../platform/random.ts'
import { type Allowed, isOffline } from '../store/allowed.ts'
import { type FoundArtifact, findArtifact, tenantOfArtifact } from '../store/artifacts.ts'
import { findGrant } from '../store/grants.ts'
import { isClaimed } from '../../../platform/once.ts'
import { presentedToken } from '../tokens/presented.ts'
import type { Reading } from '../types.ts'
import { findSession } from '../session/bridge.ts'
import { type ArtifactKind, buffer, keyOf, ofTenant } from './buffer.ts'
import type { FlushDeps } from './flush.ts'
import { createPrefetch, type Prefetch } from './prefetch.ts'
import { underProfile } from './profile.ts'
import { currentContext, currentRoute } from './route.ts'
import { answered } from './waiting.ts'

/** What a model does not do here: nobody asks for it, and somebody who does must hear of it. */
const nothing: Adapter = {
  find: never,
  findByUid: never,
  findByUserCode: never,
  upsert: never,
  consume: never,
  destroy: never,
  // Families are killed as a whole, by their grant.
  revokeByGrantId: async () => {},
}

async function never(): Promise<never> {
  throw new Error('oidc-provider stores what it should not')
}

/** What oidc-provider stores with: reads go to the database and see what the request holds; writes are held. */
export function createAdapter(deps: FlushDeps): (name: string) => Adapter {
  const prefetch = createPrefetch(deps)
  const own: Readonly<Record<string, Adapter>> = {
    Client: clients(deps),
    Session: sessions,
    Grant: grants(deps),
    ReplayDetection: replays(deps),
    AccessToken: tokens(deps, 'AccessToken'),
    ClientCredentials: tokens(deps, 'ClientCredentials'),
    AuthorizationCode: artifacts(deps, 'AuthorizationCode', prefetch),
    RefreshToken: artifacts(deps, 'RefreshToken', prefetch),
    PushedAuthorizationRequest: artifacts(deps, 'PushedAuthorizationRequest', prefetch),
    DeviceCode: artifacts(deps, 'DeviceCode', prefetch),
    Interaction: artifacts(deps, 'Interaction', prefetch),
  }
  return (name) => own[name] ?? nothing
}

/** In the transaction that the caller has open, or in one of its own. */
export function reading<T>({ database }: Pick<FlushDeps, 'database'>, run: (tx: Reading) => Promise<T>): Promise<T> {
  const { tx, tenant } = buffer()
  if (tx !== undefined) return run(tx)
  if (tenant === undefined) throw new Error('nobody knows yet whose request this is')
  return database.asTenant(tenant, run, 'read')
}

function clients(deps: FlushDeps): Adapter {
  return {
    ...nothing,
    async find(id) {
      const held = buffer()
      const found = await deps.clients.find(id)
      if (found === undefined || !ofTenant(found.tenant)) return undefined
      held.clients.set(id, found)
      return underProfile(deps, found.metadata)
    },
  }
}

const sessions: Adapter = {
  ...nothing,
  find: findSession,
  findByUid: findSession,
  upsert: async () => {},
  destroy: async () => {},
}

function grants(deps: FlushDeps): Adapter {
  return {
    ...nothing,
    async find(id) {
      const held = buffer()
      const own = held.grants.get(id)
      if (own !== undefined) return own.payload
      const known = held.refreshable?.grant
      const row = known?.id === id ? known : await reading(deps, (tx) => findGrant(tx, id))
      if (row === null || row.revokedAt !== null) return undefined
      if (row.session !== null && !(await isLive(deps, row.session))) return undefined
      held.grantSessions.set(id, row.session)
      return {
        kind: 'Grant',
        jti: row.id,
        accountId: row.person,
        clientId: row.client,
        iat: unixSeconds(row.createdAt),
        exp: unixSeconds(row.expiresAt),
        ...row.allowed,
      }
    },
    async upsert(id, payload, seconds = 0) {
      const held = buffer()
      held.grants.set(id, { payload, expiresAt: addSeconds(held.now, seconds) })
      held.grantSessions.set(id, isOffline(payload as Allowed) ? null : (held.session?.id ?? null))
    },
    async destroy(id) {
      buffer().revokedGrants.set(id, whyRevoked())
    },
  }
}

/** oidc-provider kills a family when its client asks for it, and when something of it came for the second time. */
function whyRevoked(): string {
  const { oidc } = currentContext() ?? {}
  if (oidc?.route === 'revocation') return 'revoked_by_client'
  if (oidc?.route !== 'token') return 'revoked'
  return oidc.params?.['grant_type'] === 'refresh_token' ? 'refresh_reused' : 'code_used'
}

/** Whether a sign-in stands, and stands for its person: one of which more is demanded refreshes nothing. */
async function isLive(deps: FlushDeps, id: string): Promise<boolean> {
  const { refreshable } = buffer()
  const session =
    refreshable?.grant?.session === id ? refreshable.session : await reading(deps, (tx) => deps.sessions.signIn(tx, id))
  return session !== null && !session.pending
}

function replays(deps: FlushDeps): Adapter {
  return {
    ...nothing,
    async find(id) {
      const held = buffer()
      if (held.replays.some((replay) => replay.id === id)) return { jti: id }
      const seen = await reading(deps, (tx) => isClaimed(tx, 'oauth-replay', hashSecret(id)))
      return seen ? { jti: id } : undefined
    },
    async upsert(id, _payload, seconds = 0) {
      const held = buffer()
      held.replays.push({ id, expiresAt: addSeconds(held.now, seconds) })
    },
  }
}

/** Access tokens are JWTs: what was presented is checked by its signature, and looked up by its id. */
function tokens(deps: FlushDeps, kind: 'AccessToken' | 'ClientCredentials'): Adapter {
  return {
    ...nothing,
    find: (value) => presentedToken(deps, value, kind),
    async destroy(jti) {
      buffer().revokedTokens.add(jti)
    },
  }
}

/** Of a refresh token that is used at the token endpoint everything else will be asked as well. */
async function findOne(
  deps: FlushDeps,
  prefetch: Prefetch,
  { kind, id }: { readonly kind: ArtifactKind; readonly id: string },
): Promise<FoundArtifact | undefined> {
  const held = buffer()
  if (kind !== 'RefreshToken' || currentRoute() !== 'token' || held.tenant === undefined || held.tx !== undefined) {
    return reading(deps, (tx) => findArtifact(tx, deps.columns, { kind, id }))
  }
  held.refreshable = await prefetch(held.tenant, id)
  return held.refreshable?.artifact
}

function artifacts(deps: FlushDeps, kind: ArtifactKind, prefetch: Prefetch): Adapter {
  return {
    ...nothing,
    async find(id) {
      const held = buffer()
      const own = held.artifacts.get(keyOf(kind, id))
      if (own !== undefined) return own.payload
      if (held.tenant === undefined) {
        const tenant = await deps.database.asSystem((tx) => tenantOfArtifact(tx, kind, id))
        if (tenant === undefined || !ofTenant(tenant)) return undefined
      }
      const found = await findOne(deps, prefetch, { kind, id })
      if (found === undefined) return undefined
      const { payload, consumedAt } = found
      if (kind === 'Interaction') return answered(found, held.session ?? null)
      if (consumedAt === null) return payload
      // Within the grace it may be used once more: whether there is something to answer with is seen when it is consumed.
      const grace = addSeconds(consumedAt, deps.config.refreshGraceSeconds)
      if (kind === 'RefreshToken' && currentRoute() === 'token' && grace >= held.now) return payload
      return { ...payload, consumed: unixSeconds(consumedAt) }
    },
    async findByUserCode(code) {
      return reading(deps, async (tx) => {
        const userCode = await deps.columns.userCode(tx, code)
        return (await findArtifact(tx, deps.columns, { userCode }))?.payload
      })
    },
    async upsert(id, payload, seconds = 0) {
      const held = buffer()
      held.artifacts.set(keyOf(kind, id), { kind, id, payload, expiresAt: addSeconds(held.now, seconds) })
    },
    async consume(id) {
      buffer().consumed.push({ kind, id })
    },
    async destroy(id) {
      const held = buffer()
      held.artifacts.delete(keyOf(kind, id))
      held.destroyed.add(keyOf(kind, id))
    },
  }
}
