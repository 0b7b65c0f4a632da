import type { Key, KeyQuery } from './shapes.ts'
import { type ListedKey, selectKeys } from './store/list.ts'
import type { Db } from './types.ts'

/** Newest first. */
export async function listKeys(
  tx: Db,
  query: KeyQuery,
): Promise<{ readonly items: Key[]; readonly next: string | null }> {
  const rows = await selectKeys(tx, { ...query, limit: query.limit + 1 })
  const page = rows.slice(0, query.limit)
  return { items: page.map(showKey), next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null }
}

export function showKey(row: ListedKey): Key {
  return {
    id: row.id,
    purpose: row.purpose,
    subject: row.subject === '' ? null : row.subject,
    version: row.version,
    state: row.state,
    used: Number(row.used),
    keyEncryptionKey: row.kek_version,
    createdAt: row.created_at.toISOString(),
    retiredAt: row.retired_at?.toISOString() ?? null,
    destroyedAt: row.destroyed_at?.toISOString() ?? null,
  }
}
