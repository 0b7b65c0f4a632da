import { freshSignIn } from '../../../platform/assurance.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { changeService, deleteService } from '../change-service.ts'
import { createService } from '../create-service.ts'
import { listServices } from '../list-services.ts'
import { createKey, deleteKey } from '../service-keys.ts'
import { CreatedKey, CreatedService, NewService, PageQuery, pageOf, Service, ServiceChange } from '../shapes.ts'
import type { DirectoryDeps } from '../types.ts'
import { Deleted, installation } from './common.ts'

const service = ({ params }: { params: { id: string } }) => ({ type: 'Service', id: params.id })

export const serviceRoutes = (deps: DirectoryDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/services',
    summary: 'List services, newest first',
    permission: { action: 'listServices', resource: installation },
    input: { query: PageQuery },
    output: pageOf(Service),
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ query, read }) => read(async (tx) => ok(await listServices(tx, query))),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/services',
    summary: 'Add a service; answers its first key, this once',
    permission: { action: 'createService', resource: installation },
    assurance: freshSignIn,
    input: { body: NewService },
    output: CreatedService,
    event: 'service.created',
    limit: perPrincipal(120, 'minute'),
    handler: ({ body, caller, work }) => createService(work, deps, caller, body),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/api/v1/services/:id',
    summary: "Change a service's name or groups",
    permission: { action: 'updateService', resource: service },
    input: { body: ServiceChange },
    output: Service,
    event: 'service.updated',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, body, caller, work, read }) => changeService({ work, read }, deps, caller, params.id, body),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/services/:id/keys',
    summary: 'Make a further key of a service; answers it this once',
    permission: { action: 'rotateServiceKey', resource: service },
    assurance: freshSignIn,
    output: CreatedKey,
    event: 'service.key_created',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, work }) => createKey(work, deps, params.id),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/services/:id/keys/:keyId',
    summary: 'Delete a key of a service; it works no longer',
    permission: { action: 'rotateServiceKey', resource: service },
    output: Deleted,
    event: 'service.key_deleted',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, work }) => deleteKey(work, deps, params.id, params.keyId),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/services/:id',
    summary: 'Remove a service with its keys',
    permission: { action: 'deleteService', resource: service },
    output: Deleted,
    event: 'service.deleted',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, work }) => deleteService(work, deps, params.id),
  }),
]
