import { sql } from 'kysely'
import type { Db } from '../types.ts'

/** Every process that holds unwrapped keys listens here, and drops them. */
export const keysChannel = 'holdfast_keys'

const gone = (now: Date) => sql`state = 'destroyed', wrapped = NULL, kek_id = NULL, destroyed_at = ${now}`

/** In the order of their ids, as everybody who locks several. @returns the ids of the keys destroyed */
export async function destroyOfSubject(tx: Db, tenant: string, subject: string, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH doomed AS (
      SELECT id FROM data_keys
      WHERE tenant_id = ${tenant}::uuid AND subject = ${subject} AND state <> 'destroyed' ORDER BY id FOR NO KEY UPDATE)
    UPDATE data_keys SET ${gone(now)} FROM doomed WHERE data_keys.id = doomed.id RETURNING data_keys.id`.execute(
    tx.kysely(),
  )
  return rows.map(({ id }) => id)
}

/** Every key of a tenant, whatever it is for. As the system. @returns the ids of the keys destroyed */
export async function destroyOfTenant(tx: Pick<Db, 'kysely'>, tenant: string, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH doomed AS (
      SELECT id FROM data_keys WHERE tenant_id = ${tenant}::uuid AND state <> 'destroyed' ORDER BY id FOR NO KEY UPDATE)
    UPDATE data_keys SET ${gone(now)} FROM doomed WHERE data_keys.id = doomed.id RETURNING data_keys.id`.execute(
    tx.kysely(),
  )
  return rows.map(({ id }) => id)
}

/** One that is out of use. */
export async function destroyKey(tx: Db, id: string, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE data_keys SET ${gone(now)} WHERE id = ${id}::uuid AND state = 'retired'`.execute(tx.kysely())
  return numAffectedRows === 1n
}
