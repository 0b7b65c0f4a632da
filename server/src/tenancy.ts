import type { Authenticate, Decide, TenantOfVisit, Visit } from './platform/ports.ts'
import type { TenantRegistry } from './platform/tenants.ts'

export interface TenancyDeps {
  readonly tenants: Pick<TenantRegistry, 'find' | 'bySlug' | 'byHost' | 'isOpen'>
  /** whose operators look after the installation */
  readonly first: string
  readonly decide: Decide
  readonly authenticate: Authenticate
  /** what may say whose visit it is; the first that does is believed */
  readonly visits: readonly ((visit: Visit) => Promise<string | undefined>)[]
}

/** What concerns all tenants, and is therefore not for the operators of one of them. */
const ofInstallation: ReadonlySet<string> = new Set([
  'listTenants',
  'createTenant',
  'updateTenant',
  'suspendTenant',
  'deleteTenant',
  'checkLog',
  'viewSeal',
  'changeSeal',
  'rotateSeal',
  'rotateKeyEncryptionKey',
  'listSigningKeys',
  'rotateSigningKeys',
  'acknowledgeRollback',
  'listControls',
])

/** What is asked of every request where there are several tenants, around what the modules answer. */
export function tenancy({ tenants, first, ...deps }: TenancyDeps): {
  readonly decide: Decide
  readonly authenticate: Authenticate
  readonly slugOf: (tenant: string) => Promise<string | null>
  readonly tenantOfVisit: TenantOfVisit
} {
  async function askedFor(visit: Visit): Promise<string | null | undefined> {
    for (const ask of deps.visits) {
      const found = await ask(visit)
      if (found !== undefined) return found
    }
    const slug = slugIn(visit)
    if (slug === undefined) return undefined
    return (await tenants.bySlug(slug))?.id ?? null
  }

  return {
    // Policies are a tenant's own: those of any but the first can give no power over the installation.
    decide: async (caller, action, resource) =>
      caller.tenant !== first && ofInstallation.has(action)
        ? { allowed: false, explanation: 'Only the first tenant looks after the installation.', reasons: [] }
        : deps.decide(caller, action, resource),
    async authenticate(presented, source) {
      const found = await deps.authenticate(presented, source)
      if (found === 'invalid') return found
      return (await tenants.isOpen('pending' in found ? found.pending.tenant : found.tenant)) ? found : 'invalid'
    },
    slugOf: async (tenant) => (tenant === first ? null : ((await tenants.find(tenant))?.slug ?? null)),
    async tenantOfVisit(visit) {
      const asked = await askedFor(visit)
      if (asked === null) return 'unknown'
      const host = await tenants.byHost((visit.headers.get('host') ?? '').toLowerCase())
      // At the name of one tenant there is no other.
      if (asked !== undefined && host !== undefined && host.id !== asked) return 'unknown'
      const tenant = asked ?? host?.id
      if (tenant === undefined) return null
      return (await tenants.isOpen(tenant)) ? { tenant } : 'suspended'
    },
  }
}

/** `tenant` of the visit itself, or of where it is to return to. */
function slugIn({ fields }: Visit): string | undefined {
  const { tenant, return: back } = fields
  if (typeof tenant === 'string' && tenant !== '') return tenant
  if (typeof back !== 'string') return undefined
  return URL.parse(back, 'http://holdfast.invalid')?.searchParams.get('tenant') ?? undefined
}
