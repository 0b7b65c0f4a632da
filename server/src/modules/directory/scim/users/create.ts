import { type Outcome, ok } from '../../../../platform/outcome.ts'
import type { Work } from '../../../../platform/work.ts'
import { lockHierarchy } from '../house.ts'
import type { ScimTools } from '../parts.ts'
import { attempt, refuseTaken } from '../refusals.ts'
import type { Resource } from '../schema/attribute.ts'
import { userType } from '../schema/user.ts'
import { resourceOf } from '../schema/values.ts'
import type { Scope } from '../scope.ts'
import { shownUser } from './show.ts'
import { addressOf, nameOf, placeholderAddress } from './login.ts'
import { saidIn, takenBy } from './write.ts'

/**
 * Adds a person, who has no password: they come in by an upstream provider or by an invitation.
 * @returns the user; `scim_request_invalid`, `scim_conflict`
 */
export function createUser(work: Work, deps: ScimTools, scope: Scope, body: unknown): Promise<Outcome<Resource>> {
  return attempt(async () => {
    const { resource, active = true } = saidIn(resourceOf(userType, body))
    return work(async (tx) => {
      await lockHierarchy(tx)
      const { service } = scope
      const taken = await takenBy(tx, deps, resource, { id: null, service })
      if (taken !== undefined) return taken
      const id = deps.random.id()
      const now = deps.clock.now()
      const name = nameOf(resource)
      const email = addressOf(resource) ?? placeholderAddress(id)
      if (!(await deps.people.insert(tx, { id, email, name, now }))) {
        return refuseTaken('Another account has this e-mail address.')
      }
      if (!active) await deps.people.update(tx, id, { name, state: 'disabled', now })
      await deps.users.insert(tx, { id, service, active, resource, now })
      const person = { type: 'Person', id } as const
      await tx.record({ kind: 'person.created', resource: person, reason: 'scim', data: { groups: [], active } })
      await deps.hierarchyChanged(tx)
      return ok(await shownUser(tx, deps, scope, id), { status: 201 })
    })
  })
}
