import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import { begin, unlessLockedOut } from '../begin.ts'
import { errors } from '../errors.ts'
import { successor } from '../grants/change.ts'
import { grantErrors } from '../grants/errors.ts'
import { dataOf, type GrantTools, principalProblem, reasonRow, toldOf } from '../grants/give.ts'
import { countGrants, type GrantRow, importedGrants, recordGrant } from '../grants/store.ts'
import { keyOf } from '../standing.ts'
import { type ApplicationRow, touchApplications } from '../store.ts'
import type { Role } from '../world/types.ts'
import { mostRoles, problemWith, type RoleInput, said } from './change.ts'
import { deleteRole, listRoles, writeRole } from './store.ts'

export interface RoleSet {
  readonly roles: readonly RoleInput[]
  /** who has which; undefined: grants are left alone */
  readonly grants?: readonly Imported[] | undefined
}

interface Imported {
  readonly role: string
  readonly principal: Uid
}

export interface ImportResult {
  readonly created: readonly string[]
  readonly changed: readonly string[]
  readonly deleted: readonly string[]
  readonly granted: number
  readonly ended: number
}

interface Plan {
  readonly created: readonly Role[]
  readonly changed: readonly Role[]
  readonly deleted: readonly string[]
  readonly given: readonly Imported[]
  readonly taken: readonly GrantRow[]
}

/**
 * Brings an application's roles to just this set, and the grants that came from such a set before to just these: those that
 * people gave stay. Saying the same twice changes nothing. Everything is checked before anything is written.
 * @returns what changed; as `createRole`, `removeRole` and `giveGrant` refuse
 */
export async function importRoles(
  tx: Tx,
  tools: GrantTools,
  application: string,
  set: RoleSet,
): Promise<Outcome<ImportResult>> {
  const { epoch, row } = await begin(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  const planned = await planImport(tx, tools, row, set)
  if (!planned.ok) return planned
  const plan = planned.value
  const result = {
    created: plan.created.map(({ id }) => id),
    changed: plan.changed.map(({ id }) => id),
    deleted: plan.deleted,
    granted: plan.given.length,
    ended: plan.taken.length,
  }
  const told: { readonly kind: 'grant.created' | 'grant.ended'; readonly grant: GrantRow }[] = []
  const kept = await unlessLockedOut(tx, row, async () => {
    for (const { kind, grant } of await apply(tx, tools, application, plan)) told.push({ kind, grant })
  })
  if (!kept) return refuse(errors.policy_locks_out)
  await touchApplications(tx, epoch, application)
  const resource = { type: 'Application', id: application }
  await tx.record({ kind: 'roles.imported', resource, application, data: result })
  for (const { kind, grant } of told) await tx.record({ kind, ...toldOf(grant, application), data: dataOf(grant) })
  return ok(result)
}

async function planImport(tx: Tx, tools: GrantTools, row: ApplicationRow, set: RoleSet): Promise<Outcome<Plan>> {
  const there = await listRoles(tx, row.id)
  const before = new Map(there.map((role) => [role.id, role]))
  const after = new Map<string, Role>(there.filter(({ builtin }) => builtin).map((role) => [role.id, role]))
  for (const input of set.roles) {
    if (before.get(input.id)?.builtin === true) return refuse(grantErrors.role_builtin, { role: input.id })
    after.set(input.id, { name: input.id, description: '', parents: [], builtin: false, ...said(input) })
  }
  if (after.size > mostRoles) return refuse(grantErrors.roles_most, { most: mostRoles })
  const problem = after.size === 0 ? undefined : problemWith(row, [...after.values()])
  if (problem !== undefined) return problem

  const wanted = new Map((set.grants ?? []).map((grant) => [nameOf(grant), grant]))
  for (const { role, principal } of wanted.values()) {
    if (!after.has(role)) return refuse(grantErrors.roles_unknown, { application: row.id, role })
    const unknown = await principalProblem(tx, tools, row, principal)
    if (unknown !== undefined) return unknown
  }
  const imported = set.grants === undefined ? [] : await importedGrants(tx, row.id)
  const taken = imported.filter((grant) => !wanted.delete(nameOf(readImported(grant))))
  const deleted = there.filter(({ id }) => !after.has(id)).map(({ id }) => id)
  const inUse = await whatIsUsed(tx, row.id, deleted, taken)
  if (inUse !== undefined) return inUse
  return ok({
    created: [...after.values()].filter(({ id }) => !before.has(id)),
    changed: [...after.values()].filter((role) => before.has(role.id) && !isSame(before.get(role.id), role)),
    deleted,
    given: [...wanted.values()],
    taken,
  })
}

async function whatIsUsed(
  tx: Tx,
  application: string,
  deleted: readonly string[],
  taken: readonly GrantRow[],
): Promise<Refused | undefined> {
  const counts = deleted.length === 0 ? new Map<string, number>() : await countGrants(tx, application)
  for (const role of deleted) {
    const left = (counts.get(`role ${role}`) ?? 0) - taken.filter(({ role_id: id }) => id === role).length
    if (left > 0) return refuse(grantErrors.role_in_use, { role, grants: left, children: 0 })
  }
  return undefined
}

/** Writes rows only. @returns what is to be told */
async function apply(tx: Tx, tools: GrantTools, application: string, plan: Plan) {
  const told: { readonly kind: 'grant.created' | 'grant.ended'; readonly grant: GrantRow }[] = []
  const now = tools.clock.now()
  for (const grant of plan.taken) {
    const times = { validFrom: grant.valid_from, validTo: now, endsNow: true }
    const ended = await successor(tx, tools, application, grant, 'no longer in the imported set', times)
    told.push({ kind: 'grant.ended', grant: ended })
  }
  const roles = [...plan.created, ...plan.changed]
  // A role may be in one that comes later in the list: first all of them, then who is in whom.
  for (const role of plan.created) await writeRole(tx, application, { ...role, parents: [], at: now })
  for (const role of roles) await writeRole(tx, application, { ...role, at: now })
  for (const id of plan.deleted) await deleteRole(tx, application, id)
  for (const { role, principal } of plan.given) {
    const id = tools.random.id()
    const reason = await tools.reasons.close(tx, reasonRow({ id, version: 1 }), 'imported')
    const what = { application, id, version: 1, principal, role, template: null, resource: null, sourceId: null }
    const given = { ...what, validFrom: now, validTo: null, source: 'import', reason } as const
    told.push({ kind: 'grant.created', grant: await recordGrant(tx, given) })
  }
  return told
}

const nameOf = ({ role, principal }: Imported) => `${role} ${keyOf(principal)}`

function readImported({ role_id: role, principal_type: type, principal_id: id }: GrantRow): Imported {
  return { role: role ?? '', principal: { type, id } }
}

function isSame(before: Role | undefined, after: Role): boolean {
  const text = ({ name, description, parents }: Role) => JSON.stringify([name, description, parents.toSorted()])
  return before !== undefined && text(before) === text(after)
}
