import { sql } from 'kysely'
import type { Database, Transaction } from './database/database.ts'
import type { Random } from './random.ts'

const firstTenantSlug = 'default'

/** Is notified when a tenant is made, changed or suspended. */
export const tenantsChannel = 'holdfast_tenants'

/** @returns the id of the tenant that an installation starts with; made at the first start, by whichever replica is first */
export async function ensureDefaultTenant(database: Database, random: Random): Promise<string> {
  return database.asSystem(async (tx) => {
    await sql`
      INSERT INTO tenants (id, slug, name) VALUES (${random.id()}::uuid, ${firstTenantSlug}, 'Default') ON CONFLICT (slug) DO NOTHING`.execute(
      tx.kysely(),
    )
    const { rows } = await sql<{ id: string }>`SELECT id FROM tenants WHERE slug = ${firstTenantSlug}`.execute(
      tx.kysely(),
    )
    const id = rows[0]?.id
    if (id === undefined) throw new Error('the default tenant is missing')
    return id
  })
}

export interface Tenant {
  readonly id: string
  readonly slug: string
  readonly name: string
  /** `host` or `host:port` of the control plane that are this one's */
  readonly hosts: readonly string[]
  readonly createdAt: Date
  readonly suspendedAt: Date | null
}

/** All tenants of the installation that are not deleted, oldest first. As the system. */
export async function selectTenants(tx: Pick<Transaction, 'kysely'>): Promise<readonly Tenant[]> {
  const { rows } = await sql<Tenant>`
    SELECT id, slug, name, created_at AS "createdAt", suspended_at AS "suspendedAt",
      ARRAY(SELECT host FROM tenant_hosts h WHERE h.tenant_id = tenants.id ORDER BY host) AS hosts
    FROM tenants WHERE deleted_at IS NULL ORDER BY id`.execute(tx.kysely())
  return rows
}

/** What this process knows of the tenants: every request asks, so it is remembered until there is news. */
export interface TenantRegistry {
  find(id: string): Promise<Tenant | undefined>
  bySlug(slug: string): Promise<Tenant | undefined>
  byHost(host: string): Promise<Tenant | undefined>
  /** Whether anything of it may be answered: it is there, and not suspended. */
  isOpen(id: string): Promise<boolean>
  /** every host that is a tenant's, as this process knows it now */
  hosts(): readonly string[]
  /** Reads them for the first time, and goes on hearing of changes. */
  start(): Promise<void>
  stop(): void
}

interface Known {
  readonly byId: ReadonlyMap<string, Tenant>
  readonly bySlug: ReadonlyMap<string, Tenant>
  readonly byHost: ReadonlyMap<string, Tenant>
}

export function createTenantRegistry(database: Database): TenantRegistry {
  let reading: Promise<Known> | undefined
  let hosts: readonly string[] = []
  let unlisten: (() => void) | undefined

  async function read(): Promise<Known> {
    const all = await database.asSystem(selectTenants)
    const byHost = new Map(all.flatMap((tenant) => tenant.hosts.map((host) => [host, tenant] as const)))
    return {
      byId: new Map(all.map((tenant) => [tenant.id, tenant])),
      bySlug: new Map(all.map((tenant) => [tenant.slug, tenant])),
      byHost,
    }
  }

  function known(): Promise<Known> {
    if (reading !== undefined) return reading
    const own = read()
    reading = own
    own.then(
      ({ byHost }) => {
        if (reading === own) hosts = [...byHost.keys()]
      },
      () => {
        if (reading === own) reading = undefined
      },
    )
    return own
  }

  return {
    find: async (id) => (await known()).byId.get(id),
    bySlug: async (slug) => (await known()).bySlug.get(slug),
    byHost: async (host) => (await known()).byHost.get(host),
    async isOpen(id) {
      return (await known()).byId.get(id)?.suspendedAt === null
    },
    hosts: () => hosts,
    async start() {
      unlisten ??= database.listen(tenantsChannel, () => {
        reading = undefined
        // For the host names, which are asked for without waiting; a failure is met by whoever asks next.
        known().catch(() => {})
      })
      await known()
    },
    stop: () => unlisten?.(),
  }
}
