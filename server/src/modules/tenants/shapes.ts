import { z } from 'zod'
import type { Tenant } from '../../platform/tenants.ts'
import { Email, Name } from '../directory/index.ts'

const Slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, a letter first')
  .describe('its short name, in addresses and audiences; never changed')

/** `host` or `host:port`, as in the Host header. */
const Host = z
  .string()
  .max(259)
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[1-9][0-9]{0,4})?$/, 'a host name, with its port if it has one')

const Hosts = z.array(Host).max(20).describe('names of the control plane at which there is this tenant alone')

export const NewOperator = z.strictObject({ email: Email, name: Name.optional() })

export const NewTenant = z.strictObject({
  slug: Slug,
  name: Name,
  hosts: Hosts.default([]),
  admin: NewOperator.describe('is invited to be the first operator'),
})

export const TenantChange = z.strictObject({ name: Name.optional(), hosts: Hosts.optional() })

export const Suspension = z.strictObject({ reason: z.string().min(1).max(500) })

export const TenantView = z.object({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  hosts: z.array(z.string()),
  state: z.enum(['active', 'suspended']),
  first: z.boolean().describe('whose operators look after the installation'),
  createdAt: z.iso.datetime(),
  suspendedAt: z.iso.datetime().nullable(),
})

export const TenantHits = z.object({
  people: z.int().describe('who are in it, disabled ones too; whoever deletes it says how many they know of'),
  services: z.int(),
  applications: z.int(),
  clients: z.int().describe('OAuth clients'),
  events: z.int().describe('in the log; their places and their proofs stay'),
  keys: z.int().describe('of encryption, that would be destroyed'),
  holds: z.int().describe('legal holds that are in force; while there is one it cannot be deleted'),
})

export const Deletion = z.strictObject({
  people: z.coerce
    .number()
    .int()
    .min(0)
    .describe('how many people are known to be hit; when it is more by now, nothing is done'),
})

export const DeletedTenant = z.object({
  id: z.uuid(),
  slug: z.string().describe('is not given to anybody again'),
  people: z.int(),
  keys: z.int().describe('that were destroyed'),
})

export const InvitationLink = z.object({
  link: z.string().describe('leads whoever has it into the tenant as its operator; shown this once, and mailed'),
  expiresAt: z.iso.datetime(),
})

export const CreatedTenant = TenantView.extend({ invitation: InvitationLink })
export const TenantPage = z.object({ items: z.array(TenantView), next: z.null() })

export function viewOf(tenant: Tenant, first: string): z.output<typeof TenantView> {
  const { id, slug, name, hosts, createdAt, suspendedAt } = tenant
  return {
    id,
    slug,
    name,
    hosts: [...hosts],
    state: suspendedAt === null ? 'active' : 'suspended',
    first: id === first,
    createdAt: createdAt.toISOString(),
    suspendedAt: suspendedAt?.toISOString() ?? null,
  }
}
