import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import type { Tx, Work } from '../../../../platform/work.ts'
import { endGroup } from '../../delete-group.ts'
import { isSlug } from '../../shapes.ts'
import { insertGroup, lockHierarchy, renameGroup } from '../house.ts'
import { scimErrors } from '../errors.ts'
import type { ScimTools } from '../parts.ts'
import { applyPatch } from '../patch/apply.ts'
import { operationsOf } from '../patch/operations.ts'
import type { Projection } from '../project.ts'
import { givesPower } from '../protect.ts'
import { attempt } from '../refusals.ts'
import type { Resource } from '../schema/attribute.ts'
import { groupType } from '../schema/group.ts'
import { resourceOf } from '../schema/values.ts'
import type { Scope } from '../scope.ts'
import { versionIn } from '../show.ts'
import { type GroupRow, insertScimGroup, membersOf, selectScimGroups, updateScimGroup } from '../store/groups.ts'
import type { Named } from '../users/change.ts'
import { holds } from '../version.ts'
import { viewGroup } from './show.ts'
import { slugOf } from './slug.ts'
import { checkMembers, groupTaken, saidGroupIn, writeMembers } from './write.ts'

/** A group may be large: its members are read where somebody asks for them. */
export const withoutMembers: Projection = { excludedAttributes: 'members' }

/** @returns the group; `scim_request_invalid`, `scim_conflict` */
export function createGroup(work: Work, deps: ScimTools, scope: Scope, body: unknown): Promise<Outcome<Resource>> {
  return attempt(async () => {
    const said = saidGroupIn(resourceOf(groupType, body))
    return work((tx) =>
      attempt(async () => {
        await lockHierarchy(tx)
        const taken = await groupTaken(tx, scope, said)
        if (taken !== undefined) return taken
        // Before anything is written: a refusal commits.
        await checkMembers(tx, scope, said.members)
        const id = await insertByName(tx, said.name, deps.clock.now())
        const { service } = scope
        await insertScimGroup(tx, {
          id,
          service,
          externalId: said.externalId,
          made: true,
          power: false,
          now: deps.clock.now(),
        })
        const written = await writeMembers(tx, deps, { scope, group: id, held: [] }, said.members)
        if (!written.ok) return written
        await tx.record({
          kind: 'group.created',
          resource: { type: 'Group', id },
          reason: 'scim',
          data: { parents: [] },
        })
        await deps.hierarchyChanged(tx)
        const shown = await viewGroup(tx, deps, { scope, id })
        return shown.ok ? ok(shown.value, { status: 201 }) : shown
      }),
    )
  })
}

async function insertByName(tx: Tx, name: string, now: Date): Promise<string> {
  for (let turn = 1; ; turn += 1) {
    const id = slugOf(name, turn)
    if (await insertGroup(tx, { id, name, now })) return id
  }
}

/** PUT. @returns the group; `scim_group_unknown`, `scim_version`, `scim_protected`, `scim_request_invalid`, `scim_conflict` */
export function replaceGroup(work: Work, deps: ScimTools, named: Named, body: unknown): Promise<Outcome<Resource>> {
  return attempt(async () => {
    const next = resourceOf(groupType, body)
    return change(work, deps, named, () => next)
  })
}

/** PATCH. @param projection of the answer: what is not in it is not read @returns as `replaceGroup` */
export function patchGroup(
  work: Work,
  deps: ScimTools,
  named: Named & { readonly projection: Projection },
  body: unknown,
): Promise<Outcome<Resource>> {
  return attempt(async () => {
    const operations = operationsOf(groupType, body)
    return change(work, deps, named, (before) => applyPatch(before, operations, groupType), named.projection)
  })
}

function change(
  work: Work,
  deps: ScimTools,
  named: Named,
  next: (before: Resource) => Resource,
  projection: Projection = {},
): Promise<Outcome<Resource>> {
  const { scope } = named
  return work((tx) =>
    attempt(async () => {
      const found = await lockGroup(tx, deps, named)
      if (!found.ok) return found
      const { id, name, externalId } = found.value
      const held = (await membersOf(tx, scope, [id])).get(id) ?? []
      const said = saidGroupIn(
        next({
          displayName: name,
          ...(externalId !== null && { externalId }),
          ...(held.length > 0 && { members: held.map((value) => ({ value, type: 'User' })) }),
        }),
      )
      const taken = await groupTaken(tx, scope, said, id)
      if (taken !== undefined) return taken
      const moved = await writeMembers(tx, deps, { scope, group: id, held }, said.members)
      if (!moved.ok) return moved
      const renamed = said.name !== name || said.externalId !== externalId
      if (renamed) {
        await renameGroup(tx, id, said.name)
        await updateScimGroup(tx, id, { externalId: said.externalId, now: deps.clock.now() })
      }
      if (renamed || !moved.value) {
        await tx.record({ kind: 'group.updated', resource: { type: 'Group', id }, reason: 'scim', data: { renamed } })
      }
      if (moved.value) await deps.hierarchyChanged(tx)
      return viewGroup(tx, deps, { scope, id }, projection)
    }),
  )
}

/** The group, if the connection may change it: what gives power over Holdfast itself only where an operator has said so. */
async function lockGroup(tx: Tx, deps: ScimTools, named: Named): Promise<Outcome<GroupRow>> {
  await lockHierarchy(tx)
  const { scope, id } = named
  const [row] = isSlug(id) ? await selectScimGroups(tx, scope, id) : []
  if (row === undefined) return refuse(scimErrors.scim_group_unknown)
  if (named.ifMatch !== null) {
    const shown = await viewGroup(tx, deps, { scope, id }, withoutMembers)
    if (!shown.ok || !holds(named, versionIn(shown.value))) return refuse(scimErrors.scim_version)
  }
  if (row.power || !(await givesPower(tx, deps, id))) return ok(row)
  return refuse(scimErrors.scim_protected, {
    problem:
      'Whoever is in this group has power over Holdfast: no operator has allowed that this connection changes it.',
  })
}

/** @returns nothing; `scim_group_unknown`, `scim_version`, `scim_protected`, `last_operator` */
export function deleteGroup(work: Work, deps: ScimTools, named: Named): Promise<Outcome<''>> {
  return work(async (tx) => {
    const found = await lockGroup(tx, deps, named)
    if (!found.ok) return found
    if (!found.value.made) {
      return refuse(scimErrors.scim_protected, {
        problem: 'An operator made this group: the connection may change who is in it, and not remove it.',
      })
    }
    const ended = await endGroup(tx, deps, named.id, 'scim')
    return ended.ok ? ok('', { status: 204 }) : ended
  })
}
