import type { Kysely } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { SigninTables } from '../tables.ts'

const from = (tx: Reading): Kysely<SigninTables> => tx.kysely<SigninTables>()

export async function findPassword(tx: Reading, personId: string): Promise<string | null> {
  const row = await from(tx).selectFrom('passwords').select('hash').where('person_id', '=', personId).executeTakeFirst()
  return row?.hash ?? null
}

/**
 * Whether the hash is still the one that a password was compared with. It stays so until this transaction ends: who
 * changes it waits, and then ends the session that is being made.
 */
export async function isStillPassword(tx: Tx, personId: string, hash: string): Promise<boolean> {
  const row = await from(tx)
    .selectFrom('passwords')
    .select('hash')
    .where('person_id', '=', personId)
    .forShare()
    .executeTakeFirst()
  return row?.hash === hash
}

export async function putPassword(tx: Tx, personId: string, hash: string, now: Date): Promise<void> {
  await from(tx)
    .insertInto('passwords')
    .values({ person_id: personId, tenant_id: tx.tenant, hash, set_at: now })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet({ hash, set_at: now }))
    .execute()
}

/** The same password at today's cost. Not when another was set meanwhile. */
export async function rehashPassword(tx: Tx, personId: string, old: string, hash: string): Promise<void> {
  await from(tx)
    .updateTable('passwords')
    .set({ hash })
    .where('person_id', '=', personId)
    .where('hash', '=', old)
    .execute()
}

export async function passwordHolders(tx: Reading, personIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set()
  const rows = await from(tx).selectFrom('passwords').select('person_id').where('person_id', 'in', personIds).execute()
  return new Set(rows.map((row) => row.person_id))
}
