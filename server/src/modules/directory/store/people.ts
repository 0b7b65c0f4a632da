import { type Kysely, sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { DirectoryTables } from '../tables.ts'
import { emailKey } from '../text.ts'
import type { PersonRecord, PersonState, Reading } from '../types.ts'

const from = (tx: Reading): Kysely<DirectoryTables> => tx.kysely<DirectoryTables>()

export interface PersonRow extends PersonRecord {
  readonly createdAt: Date
  readonly lastSignInAt: Date | null
}

const columns = [
  'id',
  'tenant_id as tenant',
  'email',
  'name',
  'state',
  'created_at as createdAt',
  'last_sign_in_at as lastSignInAt',
] as const

/** @returns false when another person has the address */
export async function insertPerson(
  tx: Tx,
  person: { readonly id: string; readonly email: string; readonly name: string; readonly now: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await from(tx)
    .insertInto('people')
    .values({
      id: person.id,
      tenant_id: tx.tenant,
      email: person.email,
      email_key: emailKey(person.email),
      name: person.name,
      created_at: person.now,
      updated_at: person.now,
    })
    .onConflict((conflict) => conflict.constraint('people_email').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export async function findPerson(tx: Reading, id: string): Promise<PersonRow | null> {
  const row = await from(tx).selectFrom('people').select(columns).where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** Until the transaction ends nobody else changes the person, and nobody signs in as them. */
export async function lockPerson(tx: Tx, id: string): Promise<PersonRow | null> {
  const row = await from(tx).selectFrom('people').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
  return row ?? null
}

export async function findPeople(tx: Reading, ids: readonly string[]): Promise<ReadonlyMap<string, PersonRow>> {
  if (ids.length === 0) return new Map()
  const rows = await from(tx).selectFrom('people').select(columns).where('id', 'in', ids).execute()
  return new Map(rows.map((row) => [row.id, row]))
}

export async function findPersonByEmail(tx: Reading, email: string): Promise<PersonRow | null> {
  const row = await from(tx)
    .selectFrom('people')
    .select(columns)
    .where('email_key', '=', emailKey(email))
    .executeTakeFirst()
  return row ?? null
}

/** Newest first. @returns up to `limit` people whose name or address contains `query` */
export function selectPeople(
  tx: Reading,
  page: { readonly query?: string | undefined; readonly after?: string | undefined; readonly limit: number },
): Promise<PersonRow[]> {
  let select = from(tx).selectFrom('people').select(columns).orderBy('id', 'desc').limit(page.limit)
  if (page.after !== undefined) select = select.where('id', '<', page.after)
  if (page.query !== undefined) {
    const pattern = `%${page.query.normalize('NFC').replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    select = select.where((is) => is.or([is('name', 'ilike', pattern), is('email', 'ilike', pattern)]))
  }
  return select.execute()
}

export async function updatePerson(
  tx: Tx,
  id: string,
  change: { readonly name: string; readonly state: PersonState; readonly now: Date },
): Promise<void> {
  await from(tx)
    .updateTable('people')
    .set({ name: change.name, state: change.state, updated_at: change.now })
    .where('id', '=', id)
    .execute()
}

/** The update locks the row: a person who is being disabled is either refused here, or loses this session as well. */
export async function touchSignIn(tx: Tx, id: string, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await from(tx)
    .updateTable('people')
    .set({ last_sign_in_at: at })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

export async function removePerson(tx: Tx, id: string): Promise<void> {
  await from(tx).deleteFrom('people').where('id', '=', id).execute()
}

export async function countPeople(tx: Reading): Promise<{ total: number; active: number; disabled: number }> {
  const { rows } = await sql<{ total: number; active: number }>`
    SELECT count(*)::int AS total, count(*) FILTER (WHERE state = 'active')::int AS active FROM people`.execute(
    tx.kysely(),
  )
  const { total = 0, active = 0 } = rows[0] ?? {}
  return { total, active, disabled: total - active }
}
