import type { TenantRegistry } from './tenants.ts'

/** Under which origins the pages of tenants are. */
export interface Places {
  /** where links of letters lead: the first of the tenant's hosts by the alphabet; the public URL for one that has none */
  homeOf(tenant: string): Promise<string>
  /** the host of a tenant at which this request came, else the public URL */
  originAt(headers: Headers): string
  /** of the tenant's own hosts */
  originsOf(tenant: string): Promise<readonly string[]>
}

export function createPlaces(tenants: Pick<TenantRegistry, 'find' | 'hosts'>, publicUrl: string): Places {
  const { protocol } = new URL(publicUrl)
  const originOf = (host: string) => new URL(`${protocol}//${host}`).origin
  return {
    async homeOf(tenant) {
      const [host] = (await tenants.find(tenant))?.hosts ?? []
      return host === undefined ? publicUrl : originOf(host)
    },
    originAt(headers) {
      const host = (headers.get('host') ?? '').toLowerCase()
      return tenants.hosts().includes(host) ? originOf(host) : publicUrl
    },
    originsOf: async (tenant) => (await tenants.find(tenant))?.hosts.map(originOf) ?? [],
  }
}
