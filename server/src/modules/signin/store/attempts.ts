import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { PersonAccount, Reading } from '../../directory/index.ts'
import type { SigninDeps } from '../types.ts'
import { type Attempt, type Brakes, knownSince, nobody } from '../throttle.ts'
import type { SigninColumns } from './columns.ts'
import { openPassword, type PasswordRow, type StoredPassword } from './passwords.ts'
import { addressKey } from './sessions.ts'
import { counting, secondsLeft } from './throttles.ts'

export interface Tried {
  readonly email: string
  readonly address: string | null
  readonly brakes: Brakes
  readonly now: Date
}

export interface Begun {
  readonly person: PersonAccount | null
  readonly stored: StoredPassword | null
  readonly attempt: Attempt
  /** until it may be made; 0 when it was admitted, and is counted */
  readonly seconds: number
}

type Row = (PasswordRow | { readonly hash: null }) & {
  readonly person: Pick<PersonAccount, 'id' | 'tenant' | 'state'> | null
  readonly known: boolean
  readonly passed: boolean
  readonly admitted: boolean
}

/**
 * Looks who it is and counts the attempt, all of it in one statement, which is a transaction of its own: the count stands
 * whatever comes of the attempt, and fifty attempts at once are fifty. Address first, as when it is taken back: the same order
 * of locks. Everything is the same where nobody has the address.
 */
export async function beginAttempt(
  { reading, counted }: { readonly reading: Reading; readonly counted: Transaction },
  { directory, columns }: Pick<SigninDeps, 'directory'> & { readonly columns: SigninColumns },
  { email, address, brakes, now }: Tried,
): Promise<Begun> {
  const { address: ofAddress, known, unknown } = brakes
  const passed =
    ofAddress === null ? sql`SELECT` : counting(counted, sql`SELECT ${ofAddress.key}::bytea`, ofAddress, now)
  const chosen = sql`SELECT CASE WHEN known THEN ${known.key}::bytea ELSE ${unknown.key} END FROM seen, passed`
  const { rows } = await sql<Row>`
    WITH person AS (${await directory.whoHas(reading, email)}),
      one AS (SELECT coalesce((SELECT id FROM person), ${nobody}::uuid) AS id),
      seen AS (SELECT EXISTS (SELECT FROM sessions s, one WHERE s.person_id = one.id
        AND s.address_key = ${await addressKey(reading, columns, address ?? '')} AND s.kind = 'sign-in'
        AND s.started_at > ${knownSince(now)}) AS known),
      passed AS (${passed}),
      admitted AS (${counting(counted, chosen, unknown, now)})
    SELECT p.hash, p.imported, p.suffices_alone, p.compromised_at, p.temporary, seen.known, EXISTS (SELECT FROM passed) AS passed,
      EXISTS (SELECT FROM admitted) AS admitted, (SELECT to_jsonb(person) FROM person) AS person
    FROM one CROSS JOIN seen LEFT JOIN passwords p ON p.person_id = one.id`.execute(counted.kysely())
  const [row] = rows
  if (row === undefined) throw new Error('a query of one row has none')
  const { person } = row
  const attempt = { address: ofAddress, account: row.known ? known : unknown }
  const refusing = row.passed ? attempt.account : ofAddress
  const seconds = row.admitted || refusing === null ? 0 : await secondsLeft(reading, refusing, now)
  const stored = row.hash === null ? null : await openPassword(reading, columns, person?.id ?? nobody, row)
  return { person, stored, attempt, seconds }
}
