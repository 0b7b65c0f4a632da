import { type Kysely, sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { PreparedPassword, Reading } from '../../directory/index.ts'
import { formOf, type KeptHash } from '../passwords/hasher.ts'
import type { PasswordTables } from '../passwords/tables.ts'
import type { Attempt } from '../throttle.ts'
import type { SigninColumns } from './columns.ts'

const from = (tx: Reading): Kysely<PasswordTables> => tx.kysely<PasswordTables>()

export interface StoredPassword extends KeptHash {
  /** whether it is long enough to be the only factor; null: another system has set it */
  readonly sufficesAlone: boolean | null
  /** known from a breach since it was set */
  readonly compromised: boolean
  /** given by an operator, and to be changed when its person signs in by it */
  readonly temporary: boolean
  /** as it lies in the database: written anew with each change, so that equal means unchanged */
  readonly sealed: Buffer
}

type Columns = Pick<SigninColumns, 'hash'>

export interface PasswordRow {
  readonly hash: Buffer
  readonly imported: boolean
  readonly suffices_alone: boolean | null
  readonly compromised_at: Date | null
  readonly temporary: boolean
}

export async function findPassword(tx: Reading, columns: Columns, personId: string): Promise<StoredPassword | null> {
  const row = await from(tx)
    .selectFrom('passwords')
    .select(['hash', 'imported', 'suffices_alone', 'compromised_at', 'temporary'])
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return row === undefined ? null : openPassword(tx, columns, personId, row)
}

/** What a row of the table says. @returns null where its key was destroyed */
export async function openPassword(
  tx: Reading,
  { hash }: Columns,
  personId: string,
  row: PasswordRow,
): Promise<StoredPassword | null> {
  const plain = await hash.open(tx, personId, row.hash)
  if (plain === null) return null
  const { hash: sealed, imported, suffices_alone: sufficesAlone, compromised_at: compromisedAt, temporary } = row
  return { hash: plain, sealed, imported, sufficesAlone, compromised: compromisedAt !== null, temporary }
}

/**
 * Whether the hash is still the one that a password was compared with; the mistakes before it are forgotten then, and the
 * address has made one attempt less (its others stay: they may be of other accounts). It stays so until this transaction ends:
 * who changes it waits, and then ends the session that is being made. Address first, as when counting: of two parts of a statement
 * the later would else go first.
 */
export async function forgivePassword(
  tx: Tx,
  {
    person,
    stored: { sealed },
    attempt: { address, account },
  }: { readonly person: { readonly id: string }; readonly stored: StoredPassword; readonly attempt: Attempt },
): Promise<boolean> {
  const { rows } = await sql`
    WITH same AS (SELECT hash FROM passwords WHERE person_id = ${person.id}::uuid AND hash = ${sealed} FOR SHARE),
      taken AS (
        UPDATE sign_in_throttles SET attempts = greatest(attempts - 1, 0), blocked_until = 'epoch'
        WHERE key = ${address?.key ?? null} AND EXISTS (SELECT FROM same) RETURNING 1),
      forgotten AS (
        DELETE FROM sign_in_throttles
        WHERE key = ${account.key} AND EXISTS (SELECT FROM same) AND (SELECT count(*) FROM taken) >= 0)
    SELECT 1 FROM same`.execute(tx.kysely())
  return rows.length > 0
}

/** Whether it is what a person has still; nobody sets another until this transaction ends. */
export async function holdPassword(tx: Tx, personId: string, stored: StoredPassword | null): Promise<boolean> {
  const { rows } = await sql<{ hash: Buffer }>`
    SELECT hash FROM passwords WHERE person_id = ${personId}::uuid FOR UPDATE`.execute(tx.kysely())
  const [row] = rows
  return row === undefined ? stored === null : stored?.sealed.equals(row.hash) === true
}

interface NewPassword {
  readonly personId: string
  readonly password: PreparedPassword
  readonly now: Date
}

export async function putPassword(tx: Tx, columns: Columns, password: NewPassword): Promise<void> {
  const { key, values } = await rowOf(tx, columns, password)
  await from(tx)
    .insertInto('passwords')
    .values({ ...key, ...values })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet(values))
    .execute()
}

/** @returns false when the person has a password, which stays */
export async function addPassword(tx: Tx, columns: Columns, password: NewPassword): Promise<boolean> {
  const { key, values } = await rowOf(tx, columns, password)
  const { numInsertedOrUpdatedRows } = await from(tx)
    .insertInto('passwords')
    .values({ ...key, ...values })
    .onConflict((conflict) => conflict.column('person_id').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

async function rowOf(tx: Tx, columns: Columns, { personId, password, now }: NewPassword) {
  const { hash, imported, sufficesAlone, temporary = false } = password
  return {
    key: { person_id: personId, tenant_id: tx.tenant },
    values: {
      hash: await columns.hash.close(tx, personId, hash),
      form: formOf(hash),
      imported,
      suffices_alone: sufficesAlone,
      compromised_at: null,
      temporary,
      set_at: now,
    },
  }
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
    .set({ hash: sealed, form: formOf(hash), imported: false })
    .where('person_id', '=', personId)
    .where('hash', '=', old.sealed)
    .execute()
}

/** @returns whether it was not yet */
export async function markCompromised(tx: Tx, personId: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await from(tx)
    .updateTable('passwords')
    .set({ compromised_at: now })
    .where('person_id', '=', personId)
    .where('compromised_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function passwordHolders(tx: Reading, personIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set()
  const rows = await from(tx).selectFrom('passwords').select('person_id').where('person_id', 'in', personIds).execute()
  return new Set(rows.map((row) => row.person_id))
}

/** @returns how many hashes there are of each form, in order */
export async function countForms(
  tx: Reading,
): Promise<readonly { readonly form: string; readonly imported: boolean; readonly count: number }[]> {
  return from(tx)
    .selectFrom('passwords')
    .select(['form', 'imported', sql<number>`count(*)::int`.as('count')])
    .groupBy(['form', 'imported'])
    .orderBy('form')
    .execute()
}

/** @returns how many people have a password that is known from a breach */
export async function countCompromised(tx: Reading): Promise<number> {
  const row = await from(tx)
    .selectFrom('passwords')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('compromised_at', 'is not', null)
    .executeTakeFirst()
  return row?.count ?? 0
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

export interface HashOfPerson {
  readonly person: string
  /** null for one that does not open any more */
  readonly hash: string | null
  readonly imported: boolean
  readonly setAt: Date
}

/** Those behind a person's id, in order, with their hashes opened. */
export async function hashesAfter(
  tx: Reading,
  { hash }: Columns,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly HashOfPerson[]> {
  const select = from(tx)
    .selectFrom('passwords')
    .select(['person_id as row', 'hash as sealed', 'imported', 'set_at'])
    .orderBy('person_id')
    .limit(limit)
  const rows = await (after === undefined ? select : select.where('person_id', '>', after)).execute()
  const opened = await hash.openAll(tx, rows)
  return rows.map(({ row, imported, set_at: setAt }, at) => ({
    person: row,
    hash: opened[at] ?? null,
    imported,
    setAt,
  }))
}
