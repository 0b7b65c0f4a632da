import type { Client } from 'pg'
import type { Database } from '../../../platform/database/database.ts'
import { sql } from 'kysely'
import type { Db, EncryptedColumn, Keyring } from '../types.ts'

/** A table with one encrypted column, of a module that exists in tests only. */
export async function createNotes(admin: Client): Promise<void> {
  await admin.query(`
    CREATE TABLE notes (tenant_id uuid NOT NULL, id text NOT NULL, note bytea NOT NULL, PRIMARY KEY (tenant_id, id));
    CALL isolate_by_tenant('notes')`)
}

export const notesColumn = { table: 'notes', column: 'note', purpose: 'notes' } as const

export async function writeNote(
  tx: Db,
  column: EncryptedColumn,
  { id, text, subject }: { readonly id: string; readonly text: string; readonly subject?: string },
): Promise<void> {
  const sealed = await column.close(tx, id, text, subject)
  await sql`INSERT INTO notes (tenant_id, id, note) VALUES (current_tenant(), ${id}, ${sealed})`.execute(tx.kysely())
}

export async function readNotes(tx: Db, column: EncryptedColumn): Promise<Record<string, string | null>> {
  const { rows } = await sql<{ id: string; note: Buffer }>`SELECT id, note FROM notes ORDER BY id`.execute(tx.kysely())
  const opened = await column.openAll(
    tx,
    rows.map(({ id, note }) => ({ row: id, sealed: note })),
  )
  return Object.fromEntries(rows.map(({ id }, at) => [id, opened[at] ?? null]))
}

/** What another process would read, that shares nothing but the database. */
export function readAs(database: Database, tenant: string, keys: Keyring): Promise<Record<string, string | null>> {
  return database.asTenant(tenant, (tx) => readNotes(tx, keys.encrypted(notesColumn)), 'read')
}
