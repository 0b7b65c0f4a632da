import { z } from 'zod'
import { freshSignIn } from '../../../../platform/assurance.ts'
import { perPrincipal } from '../../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { ok } from '../../../../platform/outcome.ts'
import {
  changeConnection,
  createConnection,
  listConnections,
  removeConnection,
  testConnection,
  viewConnection,
} from '../change.ts'
import type { FederationTools } from '../deps.ts'
import { Identities, listIdentities, unlink } from '../identities.ts'
import { ConnectionChange, ConnectionList, ConnectionView, NewConnection } from '../settings.ts'

const installation = () => ({ type: 'Installation', id: 'installation' })
const connection = ({ params }: { params: { id: string } }) => ({ type: 'Connection', id: params.id })
const person = ({ params }: { params: { id: string } }) => ({ type: 'Person', id: params.id })

export const connectionRoutes = (deps: FederationTools): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/connections',
    summary: 'List the upstream providers that people may sign in by',
    permission: { action: 'listConnections', resource: installation },
    output: ConnectionList,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read }) => read(async (tx) => ok(await listConnections(tx, deps))),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/connections',
    summary: 'Connect an upstream provider',
    permission: { action: 'createConnection', resource: installation },
    assurance: freshSignIn,
    input: { body: NewConnection },
    output: ConnectionView,
    event: 'connection.created',
    limit: perPrincipal(60, 'minute'),
    handler: ({ body, read, work, caller, now }) => createConnection({ read, work, caller, now }, deps, body),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/connections/:id',
    summary: 'Show a connection',
    permission: { action: 'viewConnection', resource: connection },
    output: ConnectionView,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read }) => read((tx) => viewConnection(tx, deps, params.id)),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/api/v1/connections/:id',
    summary: 'Change a connection; what is absent stays',
    permission: { action: 'updateConnection', resource: connection },
    assurance: freshSignIn,
    input: { body: ConnectionChange },
    output: ConnectionView,
    event: 'connection.changed',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, body, read, work, caller, now }) =>
      changeConnection({ read, work, caller, now }, deps, params.id, body),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/connections/:id',
    summary: 'Remove a connection, with the links of everybody to it',
    permission: { action: 'deleteConnection', resource: connection },
    output: z.object({ id: z.string() }),
    event: 'connection.deleted',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work }) => removeConnection({ work }, deps, params.id),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/connections/:id/test',
    summary: 'Look whether the provider answers as it should',
    permission: { action: 'updateConnection', resource: connection },
    output: z.object({ works: z.boolean(), problem: z.string().nullable() }),
    event: 'connection.tested',
    limit: perPrincipal(30, 'minute'),
    handler: ({ params, read, work }) => testConnection({ read, work }, deps, params.id),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/people/:id/identities',
    summary: 'List the accounts elsewhere that a person may sign in by',
    permission: { action: 'listIdentities', resource: person },
    output: Identities,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read }) => read((tx) => listIdentities(tx, deps, params.id)),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/people/:id/identities/:identity',
    summary: 'Disconnect an account elsewhere; not the last way to sign in',
    permission: { action: 'unlinkIdentity', resource: person },
    assurance: freshSignIn,
    output: z.object({ unlinked: z.literal(true) }),
    event: 'identity.unlinked',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work }) => unlink(work, deps, { person: params.id, identity: params.identity }),
  }),
]
