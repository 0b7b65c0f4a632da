import { freshSignIn } from '../../platform/assurance.ts'
import { asSystemIn } from '../../platform/database/elevate.ts'
import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok, refuse } from '../../platform/outcome.ts'
import { selectTenants } from '../../platform/tenants.ts'
import { changeTenant, createTenant, inviteOperator, suspendTenant } from './change.ts'
import { deleteTenant } from './delete.ts'
import type { TenantDeps } from './deps.ts'
import { errors } from './errors.ts'
import {
  CreatedTenant,
  DeletedTenant,
  Deletion,
  InvitationLink,
  NewOperator,
  NewTenant,
  Suspension,
  TenantChange,
  TenantHits,
  TenantPage,
  TenantView,
  viewOf,
} from './shapes.ts'
import { countHits } from './store.ts'

const installation = () => ({ type: 'Installation', id: 'installation' })

export const routes = (deps: TenantDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/tenants',
    summary: 'List the tenants of the installation, oldest first; for operators of the first one',
    permission: { action: 'listTenants', resource: installation },
    output: TenantPage,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read }) =>
      read(async (tx) => {
        const all = await asSystemIn(tx, () => selectTenants(tx))
        return ok({ items: all.map((tenant) => viewOf(tenant, deps.first)), next: null })
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/tenants',
    summary: 'Make a tenant and invite its first operator; answers the link of the invitation, this once',
    permission: { action: 'createTenant', resource: installation },
    assurance: freshSignIn,
    input: { body: NewTenant },
    output: CreatedTenant,
    event: 'tenant.created',
    limit: perPrincipal(60, 'minute'),
    handler: ({ body, caller, work }) => createTenant(work, deps, caller, body),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/tenants/:tenant',
    summary: 'A tenant, by its short name or its id',
    permission: { action: 'listTenants', resource: installation },
    output: TenantView,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params: { tenant: named }, read }) =>
      read(async (tx) => {
        const all = await asSystemIn(tx, () => selectTenants(tx))
        const found = all.find(({ id, slug }) => id === named || slug === named)
        if (found === undefined) return refuse(errors.tenant_not_found, { tenant: named.slice(0, 64) })
        return ok(viewOf(found, deps.first))
      }),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/api/v1/tenants/:tenant',
    summary: 'Rename a tenant, or say by which hosts people come to it',
    permission: { action: 'updateTenant', resource: installation },
    assurance: freshSignIn,
    input: { body: TenantChange },
    output: TenantView,
    event: 'tenant.changed',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, body, work }) => changeTenant(work, deps, params.tenant, body),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/tenants/:tenant/suspend',
    summary: 'Suspend a tenant: its sessions and tokens end, and nothing of it is answered any more',
    permission: { action: 'suspendTenant', resource: installation },
    assurance: freshSignIn,
    input: { body: Suspension },
    output: TenantView,
    event: 'tenant.suspended',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, body, work }) => suspendTenant(work, deps, params.tenant, body),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/tenants/:tenant/resume',
    summary: 'Let a suspended tenant go on',
    permission: { action: 'suspendTenant', resource: installation },
    assurance: freshSignIn,
    output: TenantView,
    event: 'tenant.resumed',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, work }) => suspendTenant(work, deps, params.tenant, null),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/tenants/:tenant/hits',
    summary: 'Whom and what deleting a tenant would hit',
    permission: { action: 'listTenants', resource: installation },
    output: TenantHits,
    reads: true,
    limit: perPrincipal(60, 'minute'),
    handler: ({ params: { tenant: named }, read }) =>
      read(async (tx) =>
        asSystemIn(tx, async () => {
          const found = (await selectTenants(tx)).find(({ id, slug }) => id === named || slug === named)
          if (found === undefined) return refuse(errors.tenant_not_found, { tenant: named.slice(0, 64) })
          return ok(await countHits(tx, found.id))
        }),
      ),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/tenants/:tenant',
    summary: 'Delete a suspended tenant for good: its keys are destroyed at once, and a job removes its rows',
    permission: { action: 'deleteTenant', resource: installation },
    assurance: freshSignIn,
    input: { query: Deletion },
    output: DeletedTenant,
    event: 'tenant.deleted',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, query, work }) => deleteTenant(work, deps, params.tenant, query),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/tenants/:tenant/operators',
    summary: 'Invite somebody to be an operator of a tenant, where it has none left; answers the link, this once',
    permission: { action: 'updateTenant', resource: installation },
    assurance: freshSignIn,
    input: { body: NewOperator },
    output: InvitationLink,
    event: 'tenant.operator_invited',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, body, caller, work }) =>
      inviteOperator(work, deps, caller, { named: params.tenant, asked: body }),
  }),
]
