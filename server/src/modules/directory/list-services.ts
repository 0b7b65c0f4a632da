import type { Page, PageQuery, Service } from './shapes.ts'
import { directGroups } from './store/memberships.ts'
import { type KeyRow, type ServiceRow, selectKeys, selectServices } from './store/services.ts'
import type { Reading } from './types.ts'

/** Newest first. */
export async function listServices(tx: Reading, { cursor, limit }: PageQuery): Promise<Page<Service>> {
  const rows = await selectServices(tx, { after: cursor, limit: limit + 1 })
  const page = rows.slice(0, limit)
  return {
    items: await showServices(tx, page),
    next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
  }
}

export async function showService(tx: Reading, row: ServiceRow): Promise<Service> {
  const [shown] = await showServices(tx, [row])
  if (shown === undefined) throw new Error('one row shows one service')
  return shown
}

async function showServices(tx: Reading, rows: readonly ServiceRow[]): Promise<Service[]> {
  const ids = rows.map(({ id }) => id)
  const groups = await directGroups(tx, 'Service', ids)
  const keys = Map.groupBy(await selectKeys(tx, ids), ({ service }) => service)
  return rows.map((row) => {
    const own = keys.get(row.id) ?? []
    return {
      id: row.id,
      name: row.name,
      application: row.application,
      groups: groups.get(row.id) ?? [],
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: latest(own)?.toISOString() ?? null,
      keys: own.map((key) => ({
        id: key.id,
        prefix: key.prefix,
        createdAt: key.createdAt.toISOString(),
        lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
      })),
    }
  })
}

function latest(keys: readonly KeyRow[]): Date | undefined {
  const times = keys.flatMap(({ lastUsedAt }) => (lastUsedAt === null ? [] : [lastUsedAt.getTime()]))
  return times.length === 0 ? undefined : new Date(Math.max(...times))
}
