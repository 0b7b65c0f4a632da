import type { Kysely } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { SigninTables } from '../tables.ts'
import type { SigninColumns } from './columns.ts'

const from = (tx: Reading): Kysely<SigninTables> => tx.kysely<SigninTables>()

export interface StoredPassword {
  /** in PHC form */
  readonly hash: string
  /** as it lies in the database: written anew with each change, so that equal means unchanged */
  readonly sealed: Buffer
}

type Columns = Pick<SigninColumns, 'hash'>

export async function findPassword(tx: Reading, { hash }: Columns, personId: string): Promise<StoredPassword | null> {
  const sealed = (
    await from(tx).selectFrom('passwords').select('hash').where('person_id', '=', personId).executeTakeFirst()
  )?.hash
  if (sealed === undefined) return null
  const opened = await hash.open(tx, personId, sealed)
  return opened === null ? null : { hash: opened, sealed }
}

/**
 * Whether the hash is still the one that a password was compared with. It stays so until this transaction ends: who
 * changes it waits, and then ends the session that is being made.
 */
export async function isStillPassword(tx: Tx, personId: string, { sealed }: StoredPassword): Promise<boolean> {
  const row = await from(tx)
    .selectFrom('passwords')
    .select('hash')
    .where('person_id', '=', personId)
    .forShare()
    .executeTakeFirst()
  return row?.hash.equals(sealed) === true
}

export async function putPassword(
  tx: Tx,
  columns: Columns,
  { personId, hash, now }: { readonly personId: string; readonly hash: string; readonly now: Date },
): Promise<void> {
  const sealed = await columns.hash.close(tx, personId, hash)
  await from(tx)
    .insertInto('passwords')
    .values({ person_id: personId, tenant_id: tx.tenant, hash: sealed, set_at: now })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet({ hash: sealed, set_at: now }))
    .execute()
}

/** The same password at today's cost. Not when another was set meanwhile. */
export async function rehashPassword(
  tx: Tx,
  columns: Columns,
  { personId, old, hash }: { readonly personId: string; readonly old: StoredPassword; readonly hash: string },
): Promise<void> {
  const sealed = await columns.hash.close(tx, personId, hash)
  await from(tx)
    .updateTable('passwords')
    .set({ hash: sealed })
    .where('person_id', '=', personId)
    .where('hash', '=', old.sealed)
    .execute()
}

export async function passwordHolders(tx: Reading, personIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set()
  const rows = await from(tx).selectFrom('passwords').select('person_id').where('person_id', 'in', personIds).execute()
  return new Set(rows.map((row) => row.person_id))
}

/** @returns the hashes that were set last, in PHC form; null for one that does not open */
export async function latestHashes(tx: Reading, { hash }: Columns, limit: number): Promise<readonly (string | null)[]> {
  const rows = await from(tx)
    .selectFrom('passwords')
    .select(['person_id as row', 'hash as sealed'])
    .orderBy('set_at', 'desc')
    .limit(limit)
    .execute()
  return hash.openAll(tx, rows)
}
