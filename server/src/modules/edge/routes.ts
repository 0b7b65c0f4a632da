import {
  EventsRequest,
  EventsResponse,
  ExchangeRequest,
  ExchangeResponse,
  GatewayKey,
  GatewayKeyRequest,
  IntrospectRequest,
  IntrospectResponse,
  LeaveRequest,
  LeaveResponse,
  SignOutRequest,
  SignOutResponse,
  SyncRequest,
  SyncResponse,
} from '@holdfast/bundle'
import type { EdgeEvent } from '@holdfast/events'
import { z } from 'zod'
import { perAddress, perPrincipal } from '../../platform/http/limit.ts'
import { carriedEvents, defineRoute, type Route } from '../../platform/http/route.ts'
import { ok, refuse } from '../../platform/outcome.ts'
import type { Caller, ResourceRef } from '../../platform/ports.ts'
import { arrive } from './arrive.ts'
import type { Tx } from '../../platform/work.ts'
import type { EdgeDeps } from './deps.ts'
import { errors } from './errors.ts'
import { leave } from './store/edges.ts'
import { gatewayKeys, registerGatewayKey } from './store/gateway-keys.ts'
import { type SyncDeps, sync } from './sync.ts'

/** A service serves the application that it is bound to; a gateway, which is bound to none, asks for all. */
function served(caller: Caller, application: string | undefined): ResourceRef {
  const id = application ?? caller.application
  return id === null ? { type: 'Installation', id: 'installation' } : { type: 'Application', id }
}

const own = ({ caller }: { caller: Caller }): ResourceRef => served(caller, undefined)

/** Kind of the events in which an SDK says what it has compared a candidate on. */
const comparedKind = 'decision.compared'

/**
 * Takes events in; what they count about a candidate is counted once, where the log has not had them yet, and only from a service that
 * serves this application: a gateway decides nothing.
 */
async function takeIn({ ingest, access, clock }: EdgeDeps, tx: Tx, caller: Caller, events: readonly EdgeEvent[]) {
  const counted = events.filter(({ kind, application }) => kind === comparedKind && application === caller.application)
  const accepted = await ingest(
    tx,
    events.filter((event) => !counted.includes(event)),
    caller.principal,
  )
  const fresh: EdgeEvent[] = []
  for (const event of counted) if ((await ingest(tx, [event], caller.principal)) === 1) fresh.push(event)
  if (caller.application !== null && fresh.length > 0) {
    await access.takeCompared(tx, caller.application, fresh, clock.now())
  }
  return accepted + fresh.length
}

export function routes(deps: EdgeDeps, syncing: SyncDeps): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v1/edge/sync',
      summary: 'Rules, lease and revocations for an edge (long poll)',
      permission: { action: 'serveApplication', resource: ({ caller, body }) => served(caller, body.application) },
      input: { body: SyncRequest },
      output: SyncResponse,
      reads: true,
      limit: perPrincipal(6000, 'minute'),
      handler: async ({ caller, body, request, source, now }) => {
        const application = body.application ?? caller.application ?? undefined
        const asked = { ...body, application }
        const arrived = await arrive(deps, caller, { ...asked, source, requestId: request.requestId, now })
        if (!arrived.ok) return arrived
        const edge = { tenant: caller.tenant, service: caller.principal.id, instance: body.edge.id }
        return sync(syncing, edge, asked, request.signal)
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/edge/leave',
      summary: 'This process ends and allows nothing any more: nobody waits for its lease',
      permission: { action: 'serveApplication', resource: own },
      input: { body: LeaveRequest },
      output: LeaveResponse,
      event: 'edge.left',
      limit: perPrincipal(600, 'minute'),
      handler: ({ work, caller, body: { edge } }) =>
        work(async (tx) => {
          const { principal, application } = caller
          if (!(await leave(tx, { service: principal.id, instance: edge.id }))) return refuse(errors.edge_left)
          const data = { kind: edge.kind, version: edge.version, instance: edge.id }
          await tx.record({ kind: 'edge.left', resource: principal, application, data })
          return ok({ left: true })
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/edge/introspect',
      summary: 'Whose credential is this, at this application',
      permission: {
        action: 'serveApplication',
        resource: ({ body }) => ({ type: 'Application', id: body.application }),
      },
      input: { body: IntrospectRequest },
      output: IntrospectResponse,
      reads: true,
      limit: perPrincipal(60_000, 'minute'),
      handler: async ({ caller, body }) => ok(await deps.sessions.introspect({ tenant: caller.tenant, ...body })),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/edge/exchange',
      summary: 'Exchange a one-time hand-off code for a host session',
      permission: { action: 'serveApplication', resource: own },
      input: { body: ExchangeRequest },
      output: ExchangeResponse,
      event: 'handoff.exchanged',
      limit: perPrincipal(6000, 'minute'),
      handler: ({ work, caller, body }) => deps.sessions.exchange(work, { ...body, application: caller.application }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/edge/sign-out',
      summary: "End a person's sign-in by the session of one host",
      permission: { action: 'serveApplication', resource: own },
      input: { body: SignOutRequest },
      output: SignOutResponse,
      event: 'session.ended',
      limit: perPrincipal(6000, 'minute'),
      handler: ({ work, caller, body }) =>
        deps.sessions.signOutHost(work, { ...body, application: caller.application }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/edge/gateway-keys',
      summary: 'The public keys with which gateways sign identity tokens, as a JWK set',
      permission: { public: 'public keys, for backends in any language that verify Holdfast-Identity themselves' },
      output: z.object({ keys: z.array(GatewayKey) }),
      reads: true,
      limit: perAddress(600, 'minute'),
      handler: ({ read }) =>
        read(async (tx) => {
          const services = (await deps.principalsOf(tx)).filter(({ uid }) => uid.type === 'Service')
          return ok({ keys: await gatewayKeys(tx, new Set(services.map(({ uid }) => uid.id))) })
        }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/edge/gateway-key',
      summary: "Register the gateway's own public key",
      permission: { action: 'serveEveryApplication', resource: () => ({ type: 'Installation', id: 'installation' }) },
      input: { body: GatewayKeyRequest },
      output: z.object({ kid: z.string() }),
      event: 'gateway.key_registered',
      limit: perPrincipal(60, 'minute'),
      handler: ({ work, caller, body, now }) =>
        work(async (tx) => {
          const fresh = await registerGatewayKey(tx, caller.principal.id, body.jwk, now)
          if (fresh) await deps.access.hierarchyChanged(tx)
          await tx.record({
            kind: 'gateway.key_registered',
            resource: caller.principal,
            data: { kid: body.jwk.kid, fresh },
          })
          return ok({ kid: body.jwk.kid })
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/edge/events',
      summary: 'Ship events that an edge made',
      permission: { action: 'serveApplication', resource: own },
      input: { body: EventsRequest },
      bodyLimit: 2 * 1024 * 1024,
      output: EventsResponse,
      event: carriedEvents,
      limit: perPrincipal(6000, 'minute'),
      handler: ({ work, caller, body }) =>
        work(async (tx) => {
          const foreign = body.events.find(
            (event) => caller.application !== null && event.application !== caller.application,
          )
          if (foreign !== undefined) {
            await tx.record({
              kind: 'edge.events_refused',
              outcome: 'refused',
              application: caller.application,
              reason: 'edge_events_foreign',
            })
            return refuse(errors.edge_events_foreign, { application: foreign.application })
          }
          return ok({ accepted: await takeIn(deps, tx, caller, body.events) })
        }),
    }),
  ]
}
