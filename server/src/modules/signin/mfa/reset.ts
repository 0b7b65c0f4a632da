import { isAtLeast } from '../../../platform/assurance.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { directoryErrors } from '../../directory/index.ts'
import { endAllOf } from '../sessions/end.ts'
import { demandedOf } from '../sessions/demand.ts'
import { liftPerson, raisePerson } from '../sessions/raise.ts'
import { personDemand } from '../store/demands.ts'
import { mfaErrors } from './errors.ts'
import type { MfaTools } from './parts.ts'
import { removePasskeys } from './passkeys/store.ts'
import type { Proof } from './proofing.ts'
import { lockPerson, replaceRecoveryCodes } from './recovery/store.ts'
import { removeApp } from './totp/store.ts'

/** Why a person must show two factors whom the settings would let in with one. */
const resetReason = 'factors_reset'

/**
 * Removes every second factor of a person who has lost theirs, and ends their sessions. They enrol anew at their next
 * sign-in, also where the settings would not demand it of them: a reset must not be a way to be rid of the second factor.
 * @param proof how the operator made sure who asks
 * @returns what there was; `person_unknown`, `proof_not_accepted`, or `last_operator` who would come by no other way
 */
export async function resetFactors(
  tx: Tx,
  deps: MfaTools,
  { person, proof, now }: { readonly person: string; readonly proof: Proof; readonly now: Date },
): Promise<Outcome<{ passkeys: number; totp: boolean; revoked: number }>> {
  if ((await deps.directory.person(tx, person)) === null) return refuse(directoryErrors.person_unknown)
  const { proofs } = deps.config.mfa
  if (!proofs.includes(proof.method)) {
    return refuse(mfaErrors.proof_not_accepted, { method: proof.method, accepted: proofs.join(', ') })
  }
  let passkeys = 0
  const kept = await deps.directory.unlessLastOperator(tx, async () => {
    await lockPerson(tx, person)
    passkeys = await removePasskeys(tx, person)
  })
  if (!kept) return refuse(directoryErrors.last_operator)
  const totp = await removeApp(tx, person)
  await replaceRecoveryCodes(tx, { person, hashes: [], now })
  const resource = { type: 'Person', id: person }
  await tx.record({ kind: 'factor.reset', resource, data: { passkeys, totp, proof } })
  await deps.mail.send(tx, { to: { person }, template: 'factors-reset', values: {} })
  const had = passkeys > 0 || totp
  if (had && !isAtLeast(await demandedOf(tx, deps, person), 'aal2')) {
    await raisePerson(tx, person, { acr: 'aal2', reason: resetReason, now })
  }
  const revoked = await endAllOf(tx, deps, person, { kind: 'session.revoked', reason: resetReason, now })
  return ok({ passkeys, totp, revoked })
}

/** What a reset demanded is fulfilled: from now on the factor itself demands to be shown. */
export async function fulfilReset(tx: Tx, person: string): Promise<void> {
  if ((await personDemand(tx, person))?.reason === resetReason) await liftPerson(tx, person)
}
