import { sql } from 'kysely'
import type { Uid } from '../../../platform/ports.ts'
import type { Keyring } from '../../keys/index.ts'
import type { Db } from '../db.ts'
import { ledgerPurpose } from '../stored.ts'

export interface SavedSearch {
  readonly id: string
  readonly owner: Uid
  readonly shared: boolean
  readonly name: string
  /** parameters of the search, as they were given */
  readonly filter: Readonly<Record<string, string>>
  readonly createdAt: Date
  readonly changedAt: Date
}

interface Row {
  readonly id: string
  readonly owner_type: string
  readonly owner_id: string
  readonly shared: boolean
  readonly sealed: Buffer
  readonly created_at: Date
  readonly changed_at: Date
}

export interface SavedStore {
  /** one's own, and those that are shared */
  list(tx: Db, reader: Uid): Promise<SavedSearch[]>
  /** locked, for a change */
  find(tx: Db, id: string, reader: Uid): Promise<SavedSearch | undefined>
  count(tx: Db, owner: Uid): Promise<number>
  put(tx: Db, search: SavedSearch): Promise<void>
  remove(tx: Db, id: string): Promise<void>
}

export function savedStore(keys: Pick<Keyring, 'encrypted'>): SavedStore {
  const column = keys.encrypted({ table: 'saved_searches', column: 'sealed', purpose: ledgerPurpose })

  async function opened(tx: Db, rows: readonly Row[]): Promise<SavedSearch[]> {
    const texts = await column.openAll(
      tx,
      rows.map(({ id, sealed }) => ({ row: id, sealed })),
    )
    return rows.flatMap((row, n) => {
      const text = texts[n]
      // Its owner was erased, and what they typed with them.
      if (text == null) return []
      const { name, filter } = JSON.parse(text) as Pick<SavedSearch, 'name' | 'filter'>
      const { id, owner_type: type, owner_id: owner, shared, created_at: createdAt, changed_at: changedAt } = row
      return [{ id, owner: { type, id: owner }, shared, name, filter, createdAt, changedAt }]
    })
  }

  return {
    async list(tx, { type, id }) {
      const { rows } = await sql<Row>`
        SELECT id, owner_type, owner_id, shared, sealed, created_at, changed_at FROM saved_searches
        WHERE tenant_id = current_tenant() AND (shared OR (owner_type = ${type} AND owner_id = ${id}))
        ORDER BY id`.execute(tx.kysely())
      return opened(tx, rows)
    },
    async find(tx, id, reader) {
      const { rows } = await sql<Row>`
        SELECT id, owner_type, owner_id, shared, sealed, created_at, changed_at FROM saved_searches
        WHERE tenant_id = current_tenant() AND id = ${id}::uuid
          AND (shared OR (owner_type = ${reader.type} AND owner_id = ${reader.id})) FOR UPDATE`.execute(tx.kysely())
      return (await opened(tx, rows))[0]
    },
    async count(tx, { type, id }) {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*)::int AS count FROM saved_searches
        WHERE tenant_id = current_tenant() AND owner_type = ${type} AND owner_id = ${id}`.execute(tx.kysely())
      return rows[0]?.count ?? 0
    },
    async put(tx, { id, owner, shared, name, filter, createdAt, changedAt }) {
      const subject = owner.type === 'Person' ? `Person/${owner.id}` : undefined
      const sealed = await column.close(tx, id, JSON.stringify({ name, filter }), subject)
      await sql`
        INSERT INTO saved_searches (tenant_id, id, owner_type, owner_id, shared, sealed, created_at, changed_at)
        VALUES (current_tenant(), ${id}::uuid, ${owner.type}, ${owner.id}, ${shared}, ${sealed}, ${createdAt}, ${changedAt})
        ON CONFLICT (tenant_id, id) DO UPDATE SET shared = excluded.shared, sealed = excluded.sealed,
          changed_at = excluded.changed_at`.execute(tx.kysely())
    },
    async remove(tx, id) {
      await sql`DELETE FROM saved_searches WHERE tenant_id = current_tenant() AND id = ${id}::uuid`.execute(tx.kysely())
    },
  }
}
