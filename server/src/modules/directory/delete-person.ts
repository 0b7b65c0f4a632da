import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Tx, Work } from '../../platform/work.ts'
import { directoryErrors } from './errors.ts'
import { unlessLastOperator } from './last-operator.ts'
import { isId } from './shapes.ts'
import { lockHierarchy } from './store/groups.ts'
import type { DirectoryTools } from './parts.ts'
import { removePerson } from './store/people.ts'

/**
 * Removes a person with password, memberships and sessions; what they did stays in the ledger, under their id.
 * @returns nothing; `person_unknown`, `last_operator`
 */
export function deletePerson(work: Work, deps: DirectoryTools, id: string): Promise<Outcome<{ deleted: true }>> {
  return work((tx) => endPerson(tx, deps, id))
}

/** @param reason of its event, where it is another than that somebody asked for it here */
export async function endPerson(
  tx: Tx,
  deps: DirectoryTools,
  id: string,
  reason: string | null = null,
): Promise<Outcome<{ deleted: true }>> {
  await lockHierarchy(tx)
  const person = isId(id) ? await deps.people.lock(tx, id) : null
  if (person === null) return refuse(directoryErrors.person_unknown)
  const kept = await unlessLastOperator(tx, deps, () =>
    deps.people.update(tx, id, { name: person.name, state: 'disabled', now: deps.clock.now() }),
  )
  if (!kept) return refuse(directoryErrors.last_operator)
  // Before the rows go: edges have to be told which sessions these were.
  const sessions = await deps.sessions.revokeAllOf(tx, id, 'person_deleted')
  await removePerson(tx, id)
  await tx.record({ kind: 'person.deleted', resource: { type: 'Person', id }, reason, data: { sessions } })
  await deps.principalGone(tx, { type: 'Person', id })
  await deps.hierarchyChanged(tx)
  return ok({ deleted: true })
}
