import { createLimiter } from '../../platform/http/limit.ts'
import { createTold } from '../../platform/http/told.ts'
import { clientIds, createClientStore, forgetService } from './clients/index.ts'
import { connectedRoutes, withdraw } from './consent/api.ts'
import { connectedClients } from './consent/connected.ts'
import { consentRoutes } from './consent/routes.ts'
import { coreControls } from './controls.ts'
import { createExpire } from './expire.ts'
import { createDestinationOf } from './interactions/destination.ts'
import { createSigningKeys, publishedKeys } from './keys/index.ts'
import { sessionsEnded } from './logout/index.ts'
import { newBuffer, withBuffer } from './provider/buffer.ts'
import { flush } from './provider/flush.ts'
import { createForeign } from './provider/handler.ts'
import { createInstances, type Instance } from './provider/instances.ts'
import { resourcesOf } from './resources/index.ts'
import { killGrants, killTokens } from './revoke.ts'
import { createRooms } from './rooms.ts'
import { createColumns } from './store/columns.ts'
import { tenantOfVisit } from './tenant-of-visit.ts'
import { createTokenAuthenticate } from './tokens/authenticate.ts'
import { rememberEpochs } from './tokens/epochs.ts'
import type { Oauth, OauthDeps } from './types.ts'

export { applicationClients, type ClientTools } from './clients/index.ts'
export { oauthConfig, type OauthConfig } from './config.ts'
export { manifest } from './manifest.ts'
export type { BrowserSession, Destination, Oauth, OauthDeps } from './types.ts'

const expireJob = 'oauth.expire'

/** OAuth 2.1 and OpenID Connect, on oidc-provider: its protocol, our sessions, clients, keys and storage. */
export function createOauth(given: OauthDeps): Oauth {
  const { database, clock, keys, onError, units } = given
  const clients = createClientStore({ database, clock, isOpen: given.isOpen })
  const signingKeys = createSigningKeys({
    database,
    clock,
    keys,
    onError: (error) => onError(error, 'the signing keys were not read again'),
  })
  const limiter = createLimiter(clock)
  const told = createTold(limiter, 'oauth refused')
  const columns = createColumns(keys)
  const outbound = { allowPrivate: given.config.clients.allowPrivate ?? given.development }
  const epochs = rememberEpochs(given.epochOf, database)
  const { epochOf } = epochs
  const deps = { ...given, epochOf, clients, signingKeys, limiter, told, columns, outbound }
  let instances: { current(): Instance } | undefined
  const current = () => {
    if (instances === undefined) throw new Error('OAuth is not prepared')
    return instances.current()
  }

  const withModels: Oauth['withModels'] = (context, run) =>
    units.work(context, async (tx) => {
      const { tenant, source, requestId } = context
      const held = newBuffer({ now: clock.now(), source, requestId, tenant, tx })
      return withBuffer(held, async () => {
        const result = await run(current().provider, tx)
        const flushed = await flush(tx, deps, held)
        return flushed.kind === 'lost' ? undefined : { result }
      })
    })

  const rooms = createRooms({ ...deps, withModels })
  return {
    parts: {
      routes: [...consentRoutes(deps), ...connectedRoutes(deps), ...rooms.parts.routes],
      controls: [...coreControls, ...rooms.parts.controls],
      jobs: { [expireJob]: createExpire(deps), ...rooms.parts.jobs },
    },
    publicKeys: (tx) => publishedKeys(tx),
    identifiersOf: async (tx, application) => (await resourcesOf(tx, application)).map(({ identifier }) => identifier),
    clients,
    signingKeys,
    foreign: createForeign({ ...deps, current }),
    tenantOfVisit: (visit) => tenantOfVisit(deps, visit),
    async prepare(tenant) {
      await signingKeys.load()
      const context = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
      const dpopNonce = await units.work(context, (tx) => columns.derived(tx, 'dpop.nonce'))
      instances = createInstances(deps, { dpopNonce: dpopNonce.subarray(0, 32) }, rooms.configure)
    },
    start: () =>
      database.asSystem(async (tx) => {
        for (const kind of [expireJob, ...rooms.jobKinds]) {
          await given.jobs.enqueue(tx, { kind, key: 'only', recurring: true })
        }
      }),
    stop() {
      signingKeys.stop()
      clients.stop()
      epochs.stop()
    },
    async sessionsEnded(tx, sessions, reason, given) {
      if (sessions.length === 0) return
      await killGrants(tx, deps, { sessions, given }, reason)
      await sessionsEnded(tx, deps, sessions)
    },
    async personEnded(tx, person, reason, except) {
      await killGrants(tx, deps, person === null ? { everybody: true, except } : { person, except }, reason)
    },
    connectedTo: (tx, person, now) => connectedClients(tx, person, now),
    withdraw: (work, person, client) => withdraw(work, deps, person, client),
    async clientEnded(tx, client, reason) {
      await killGrants(tx, deps, { client }, reason)
      await killTokens(tx, deps, { client }, reason)
    },
    async everythingEnded(tx, reason) {
      for (const client of await clientIds(tx)) {
        await killGrants(tx, deps, { client }, reason)
        await killTokens(tx, deps, { client }, reason)
      }
    },
    async principalGone(tx, { type, id }) {
      if (type !== 'Service') return
      await forgetService(tx)
      await killTokens(tx, deps, { principal: id }, 'service_deleted')
    },
    authenticate: (otherwise) => createTokenAuthenticate(deps, otherwise),
    withModels,
    destinationOf: createDestinationOf(deps),
  }
}
