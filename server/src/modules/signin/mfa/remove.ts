import { sql } from 'kysely'
import { isAtLeast, strongest } from '../../../platform/assurance.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { federationErrors } from '../federation/errors.ts'
import { personDemand } from '../store/demands.ts'
import { ableToSignIn } from '../store/ways-in.ts'
import { mfaErrors } from './errors.ts'
import { strongestOf } from './fresh.ts'
import type { MfaTools } from './parts.ts'
import { type Passkey, passkeysOf, removePasskeys } from './passkeys/store.ts'
import { lockPerson, replaceRecoveryCodes } from './recovery/store.ts'
import { type Enrolled, enrolledBy, hasSecondFactor, policyFor } from './standing.ts'
import { tellChange } from './tell.ts'
import { removeApp } from './totp/store.ts'

/**
 * Removes one of somebody's own factors. What is demanded of them must stay within their reach: two who remove at once wait
 * for each other at the person.
 * @param factor id of a passkey, or `totp`
 * @returns nothing; `factor_unknown`, `factor_demanded`, `last_way_in`
 */
export async function removeFactor(
  tx: Tx,
  deps: MfaTools,
  { person, groups, factor, now }: { person: string; groups: readonly string[]; factor: string; now: Date },
): Promise<Outcome<null>> {
  await lockPerson(tx, person)
  const before = await enrolledBy(tx, person)
  const policy = strongest(policyFor(await deps.policies.of(tx), groups), (await personDemand(tx, person))?.acr)
  const passkey = (await passkeysOf(tx, person)).find(({ id }) => id === factor)
  if (passkey === undefined && !(factor === 'totp' && before.totp)) return refuse(mfaErrors.factor_unknown)
  const after = passkey === undefined ? { ...before, totp: false } : without(before, passkey)
  if (policy !== 'aal1' && !isAtLeast(strongestOf(after), policy)) {
    return refuse(mfaErrors.factor_demanded, { acr: policy })
  }
  if (passkey === undefined) await removeApp(tx, person)
  else if (!(await removeUnlessLast(tx, deps, person, passkey.id))) return refuse(federationErrors.last_way_in)
  if (!hasSecondFactor(after)) await replaceRecoveryCodes(tx, { person, hashes: [], now })
  const name = passkey === undefined ? 'authenticator app' : 'passkey'
  await tellChange(tx, deps, { kind: 'factor.removed', person, factor: name, id: factor })
  return ok(null)
}

/** @returns false when the person could not sign in without it: then it stays */
async function removeUnlessLast(
  tx: Tx,
  { policies }: Pick<MfaTools, 'policies'>,
  person: string,
  passkey: string,
): Promise<boolean> {
  await sql`SAVEPOINT passkey`.execute(tx.kysely())
  await removePasskeys(tx, person, passkey)
  if ((await ableToSignIn(tx, [person], await policies.of(tx))).has(person)) return true
  await sql`ROLLBACK TO SAVEPOINT passkey`.execute(tx.kysely())
  return false
}

function without(enrolled: Enrolled, { clonedAt }: Passkey): Enrolled {
  const { passkeys, cloned } = enrolled
  return clonedAt === null ? { ...enrolled, passkeys: passkeys - 1 } : { ...enrolled, cloned: cloned - 1 }
}
