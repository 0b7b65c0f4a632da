import { type RawBuilder, sql } from 'kysely'
import { type Acr, strongest } from '../../../platform/assurance.ts'
import type { Reading } from '../../directory/index.ts'
import type { SignInPolicy } from '../policy/shapes.ts'

/** The second factors that somebody has enrolled. */
export interface Enrolled {
  /** that are accepted */
  readonly passkeys: number
  /** passkeys of which a copy was seen: not accepted, and yet a second factor was enrolled */
  readonly cloned: number
  /** an authenticator app */
  readonly totp: boolean
  /** that are left */
  readonly recoveryCodes: number
}

export async function enrolledBy(tx: Reading, person: string): Promise<Enrolled> {
  const { rows } = await sql<Enrolled>`
    SELECT
      (SELECT count(*)::int FROM passkeys WHERE person_id = ${person}::uuid AND cloned_at IS NULL) AS passkeys,
      (SELECT count(*)::int FROM passkeys WHERE person_id = ${person}::uuid AND cloned_at IS NOT NULL) AS cloned,
      EXISTS (SELECT FROM authenticator_apps WHERE person_id = ${person}::uuid AND confirmed_at IS NOT NULL) AS totp,
      (SELECT count(*)::int FROM recovery_codes WHERE person_id = ${person}::uuid AND consumed_at IS NULL)
        AS "recoveryCodes"`.execute(tx.kysely())
  return rows[0] ?? { passkeys: 0, cloned: 0, totp: false, recoveryCodes: 0 }
}

/** Whether there is a second factor at all; recovery codes are none by themselves, but stand in for one that is lost. */
export function hasSecondFactor({ passkeys, cloned, totp }: Enrolled): boolean {
  return passkeys > 0 || cloned > 0 || totp
}

/** What is demanded of everybody in these groups. */
export function policyFor({ admins, people }: Pick<SignInPolicy, 'admins' | 'people'>, groups: readonly string[]): Acr {
  return groups.includes('admins') ? admins : people
}

/**
 * What a session of the person must show, by where they stand: what the settings demand, and two factors of whoever has
 * enrolled a second one. It is asked of the session, and not of the way in, so that no way in leads past it.
 */
export async function standingOf(
  tx: Reading,
  demands: Pick<SignInPolicy, 'admins' | 'people'>,
  person: string,
  groups: readonly string[],
): Promise<Acr> {
  const policy = policyFor(demands, groups)
  if (policy !== 'aal1') return policy
  return standingWith(demands, groups, hasSecondFactor(await enrolledBy(tx, person)))
}

/** The same where it is known already whether they have a second factor. */
export function standingWith(
  demands: Pick<SignInPolicy, 'admins' | 'people'>,
  groups: readonly string[],
  second: boolean,
): Acr {
  const policy = policyFor(demands, groups)
  return second ? strongest(policy, 'aal2') : policy
}

/** `hasSecondFactor`, as a part of another statement. */
export function secondFactorOf(person: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(EXISTS (SELECT FROM passkeys f WHERE f.person_id = ${person})
    OR EXISTS (SELECT FROM authenticator_apps f WHERE f.person_id = ${person} AND f.confirmed_at IS NOT NULL))`
}
