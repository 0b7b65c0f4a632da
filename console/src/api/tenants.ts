import { queryOptions } from '@tanstack/react-query'
import { at } from './client.ts'
import { get, send } from './connection.ts'
import type {
  Body,
  CreatedTenant,
  DeletedTenant,
  Items,
  NewTenant,
  OperatorInvitation,
  PolicyChange,
  SignInPolicy,
  Tenant,
  TenantHits,
} from './types.ts'

/** The isolated organisations of the installation; for operators of the first one. */
export const tenants = {
  list: async () => await get<Items<Tenant>>('/tenants'),
  create: async (tenant: NewTenant) => await send<CreatedTenant>('POST', '/tenants', tenant),
  change: async (slug: string, change: Body<'PATCH /api/v1/tenants/{tenant}'>) =>
    await send<Tenant>('PATCH', at`/tenants/${slug}`, change),
  suspend: async (slug: string, reason: string) => await send<Tenant>('POST', at`/tenants/${slug}/suspend`, { reason }),
  resume: async (slug: string) => await send<Tenant>('POST', at`/tenants/${slug}/resume`),
  hits: async (slug: string) => await get<TenantHits>(at`/tenants/${slug}/hits`),
  remove: async (slug: string, people: number) =>
    await send<DeletedTenant>('DELETE', at`/tenants/${slug}?people=${String(people)}`),
  inviteOperator: async (slug: string, email: string) =>
    await send<OperatorInvitation>('POST', at`/tenants/${slug}/operators`, { email }),
}

export const tenantsQuery = queryOptions({ queryKey: ['tenants'], queryFn: tenants.list })

/** What one's own tenant demands of whoever signs in. */
export const signInPolicy = {
  read: async () => await get<SignInPolicy>('/sign-in-policy'),
  save: async (policy: PolicyChange) => await send<SignInPolicy>('PUT', '/sign-in-policy', policy),
}
