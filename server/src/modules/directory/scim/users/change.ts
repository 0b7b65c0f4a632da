import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import type { Tx, Work } from '../../../../platform/work.ts'
import { endPerson } from '../../delete-person.ts'
import { isId } from '../../shapes.ts'
import { lockHierarchy } from '../house.ts'
import { scimErrors } from '../errors.ts'
import type { ScimTools } from '../parts.ts'
import { applyPatch } from '../patch/apply.ts'
import { operationsOf } from '../patch/operations.ts'
import { hasPower } from '../protect.ts'
import { attempt } from '../refusals.ts'
import type { Resource } from '../schema/attribute.ts'
import { userType } from '../schema/user.ts'
import { resourceOf } from '../schema/values.ts'
import type { Scope } from '../scope.ts'
import { versionIn } from '../show.ts'
import type { UserRow } from '../store/users.ts'
import { type Precondition, holds } from '../version.ts'
import { shownUser } from './show.ts'
import { saidIn, writeUser } from './write.ts'

/** Which user, of whose, and in which version. */
export interface Named extends Precondition {
  readonly scope: Scope
  readonly id: string
}

/**
 * PUT: what is not said any more is gone (RFC 7644, section 3.5.1), but whether somebody may sign in: nobody comes in again
 * because a client was silent about it.
 * @returns the user; `scim_user_unknown`, `scim_version`, `scim_request_invalid`, and what `writeUser` returns
 */
export function replaceUser(work: Work, deps: ScimTools, named: Named, body: unknown): Promise<Outcome<Resource>> {
  return attempt(async () => {
    const next = resourceOf(userType, body)
    return change(work, deps, named, () => next)
  })
}

/** PATCH. @returns as `replaceUser` */
export function patchUser(work: Work, deps: ScimTools, named: Named, body: unknown): Promise<Outcome<Resource>> {
  return attempt(async () => {
    const operations = operationsOf(userType, body)
    return change(work, deps, named, ({ resource, active }) =>
      applyPatch({ ...resource, active }, operations, userType),
    )
  })
}

function change(
  work: Work,
  deps: ScimTools,
  named: Named,
  next: (row: UserRow) => Resource,
): Promise<Outcome<Resource>> {
  return work((tx) =>
    attempt(async () => {
      const found = await lockUser(tx, deps, named)
      if (!found.ok) return found
      const written = await writeUser(tx, deps, found.value, saidIn(next(found.value)))
      return written.ok ? ok(await shownUser(tx, deps, named.scope, named.id)) : written
    }),
  )
}

/** Nobody else changes the directory until the transaction ends: two PATCHes at once are two, one after the other. */
async function lockUser(tx: Tx, deps: ScimTools, named: Named): Promise<Outcome<UserRow>> {
  await lockHierarchy(tx)
  const row = isId(named.id) ? await deps.users.lock(tx, named.scope, named.id) : null
  if (row === null) return refuse(scimErrors.scim_user_unknown)
  const version = named.ifMatch === null ? '' : versionIn(await shownUser(tx, deps, named.scope, named.id))
  return holds(named, version) ? ok(row) : refuse(scimErrors.scim_version)
}

/** @returns nothing; `scim_user_unknown`, `scim_version`, `scim_protected`, `last_operator` */
export function deleteUser(work: Work, deps: ScimTools, named: Named): Promise<Outcome<''>> {
  return work(async (tx) => {
    const found = await lockUser(tx, deps, named)
    if (!found.ok) return found
    if (await hasPower(tx, deps, named.id)) {
      return refuse(scimErrors.scim_protected, {
        problem: 'This person has power over Holdfast: only an operator removes them. Deactivating is allowed.',
      })
    }
    const ended = await endPerson(tx, deps, named.id, 'scim')
    return ended.ok ? ok('', { status: 204 }) : ended
  })
}
