import { type Kysely, sql } from 'kysely'
import { consume } from '../../../../platform/once.ts'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'
import type { MfaTables } from '../tables.ts'

const from = (tx: Reading): Kysely<MfaTables> => tx.kysely<MfaTables>()

/** Whoever changes factors of the person waits for each other here. */
export async function lockPerson(tx: Tx, person: string): Promise<void> {
  await sql`SELECT 1 FROM people WHERE id = ${person}::uuid FOR NO KEY UPDATE`.execute(tx.kysely())
}

/** These, and no others from now on: of two who make new ones at once the second removes the first one's. */
export async function replaceRecoveryCodes(
  tx: Tx,
  { person, hashes, now }: { readonly person: string; readonly hashes: readonly Buffer[]; readonly now: Date },
): Promise<void> {
  await lockPerson(tx, person)
  await from(tx).deleteFrom('recovery_codes').where('person_id', '=', person).execute()
  if (hashes.length === 0) return
  await from(tx)
    .insertInto('recovery_codes')
    .values(hashes.map((hash) => ({ code_hash: hash, tenant_id: tx.tenant, person_id: person, made_at: now })))
    .execute()
}

/** @returns whether this use was the first */
export async function useRecoveryCode(tx: Tx, hash: Buffer, now: Date): Promise<boolean> {
  const where = { code_hash: hash }
  return (await consume(tx, { table: 'recovery_codes', where, returning: ['person_id'], now, lasting: true })) !== null
}

export async function countRecoveryCodes(tx: Reading, person: string): Promise<number> {
  const { rows } = await sql<{ left: number }>`
    SELECT count(*)::int AS left FROM recovery_codes
    WHERE person_id = ${person}::uuid AND consumed_at IS NULL`.execute(tx.kysely())
  return rows[0]?.left ?? 0
}
