import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import { directoryErrors, isId } from '../../directory/index.ts'
import { policyErrors } from '../policy/errors.ts'
import { home } from '../return-path.ts'
import { mailRecovery } from './ask.ts'
import type { RecoveryTools } from './deps.ts'
import { recoveryErrors } from './errors.ts'

/**
 * ASVS 5.0, 6.4.6: an operator starts the reset of somebody's password, and neither chooses nor learns it. The link is in the letter
 * and nowhere else. What the person has goes on until they follow it.
 * @returns nothing; `person_unknown`, `person_disabled`, `passwords_off`
 */
export function startReset(
  { work, now }: { readonly work: Work; readonly now: Date },
  deps: RecoveryTools,
  id: string,
): Promise<Outcome<{ sent: true }>> {
  return work(async (tx) => {
    const person = isId(id) ? await deps.directory.person(tx, id) : null
    if (person === null) return refuse(directoryErrors.person_unknown)
    if (person.state !== 'active') return refuse(recoveryErrors.person_disabled)
    if (!(await deps.policies.of(tx)).passwords) return refuse(policyErrors.passwords_off)
    await mailRecovery(tx, deps, { person: id, email: person.email, returnTo: home, now })
    await tx.record({ kind: 'recovery.started', resource: { type: 'Person', id } })
    return ok({ sent: true }, { status: 202 })
  })
}
