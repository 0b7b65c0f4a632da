import { sql } from 'kysely'
import type { Transaction } from './database/database.ts'
import type { Tx } from './work.ts'

/*
 * Whatever may be used once goes through one of these two, in the transaction that writes what comes of it. Looking first
 * and writing then is a race that somebody wins twice (ASVS 5.0, 10.4.2); here the database lets one through.
 */

export interface Consumable<Column extends string> {
  /** a table with `consumed_at`, and with `expires_at` unless `lasting` */
  readonly table: string
  /** the columns that name one row, and their values */
  readonly where: Readonly<Record<string, string | Buffer>>
  /** columns of the row that the one who has consumed it is given */
  readonly returning: readonly Column[]
  readonly now: Date
  /** rows of this table do not expire, or the caller wants an expired one consumed too, and looks itself */
  readonly lasting?: boolean
}

/**
 * Uses up an artefact that has a row (a code, a refresh token, a challenge). Others wait for the transaction of whoever came
 * first, and find nothing once it commits.
 * @returns the row; null when it is used up, expired, or was never there
 */
export async function consume<Row extends object>(
  tx: Tx,
  { table, where, returning, now, lasting = false }: Consumable<keyof Row & string>,
): Promise<Row | null> {
  const named = Object.entries(where).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
  if (named.length === 0) throw new TypeError('a row must be named')
  const alive = lasting ? sql`` : sql` AND expires_at > ${now}`
  const columns = returning.map((column) => sql.ref(column))
  const { rows } = await sql<Row>`
    UPDATE ${sql.table(table)} SET consumed_at = ${now}
    WHERE ${sql.join(named, sql` AND `)} AND consumed_at IS NULL${alive}
    RETURNING ${sql.join(columns)}`.execute(tx.kysely())
  return rows[0] ?? null
}

/**
 * The same for many at once, of those that have one column for a name.
 * @returns the values of those that this caller has used up
 */
export async function consumeAll(
  tx: Tx,
  asked: { readonly table: string; readonly column: string; readonly values: readonly Buffer[]; readonly now: Date },
): Promise<readonly Buffer[]> {
  const column = sql.ref(asked.column)
  const { rows } = await sql<{ value: Buffer }>`
    UPDATE ${sql.table(asked.table)} SET consumed_at = ${asked.now}
    WHERE ${column} = ANY(${asked.values}::bytea[]) AND consumed_at IS NULL AND expires_at > ${asked.now}
    RETURNING ${column} AS value`.execute(tx.kysely())
  return rows.map(({ value }) => value)
}

export interface Claim {
  /** what it is: `dpop.jti`, `totp.step` */
  readonly kind: string
  /** which one: hashed (`hashSecret`) where whoever reads the table may not know it */
  readonly key: Buffer
  /** from when on it would not be accepted anyway, so that it need not be remembered */
  readonly expiresAt: Date
}

/**
 * Takes an artefact that has no row of its own (a DPoP proof, a time step of TOTP).
 * @returns whether this caller is the first; false for ever after
 */
export async function claim(tx: Tx, { kind, key, expiresAt }: Claim): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO claims (tenant_id, kind, key, expires_at) VALUES (${tx.tenant}::uuid, ${kind}, ${key}, ${expiresAt})
    ON CONFLICT DO NOTHING RETURNING true`.execute(tx.kysely())
  return rows.length > 0
}

/** Whether somebody has it already, for a better word to the one who is late. It decides nothing: `claim` does. */
export async function isClaimed(tx: Pick<Transaction, 'kysely'>, kind: string, key: Buffer): Promise<boolean> {
  const { rows } = await sql`SELECT true FROM claims WHERE kind = ${kind} AND key = ${key}`.execute(tx.kysely())
  return rows.length > 0
}

/** As the system: forgets claims on what would not be accepted any more. @param before some time ago, for clocks that differ */
export async function forgetClaims(tx: Transaction, before: Date): Promise<void> {
  await sql`DELETE FROM claims WHERE expires_at < ${before}`.execute(tx.kysely())
}
