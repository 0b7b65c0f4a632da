import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { begin, unlessLockedOut } from '../begin.ts'
import { errors } from '../errors.ts'
import { grantErrors } from '../grants/errors.ts'
import { declares } from '../grants/give.ts'
import { countGrants } from '../grants/store.ts'
import { type ApplicationRow, touchApplications } from '../store.ts'
import type { Role } from '../world/types.ts'
import { deleteRole, listRoles, writeRole } from './store.ts'

/** Roles of one application. */
export const mostRoles = 1_000

export interface RoleInput {
  readonly id: string
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly parents?: readonly string[] | undefined
}

/** @returns the role; `application_not_found`, `role_schema`, `role_exists`, `roles_unknown`, `role_cycle`, `roles_most` */
export async function createRole(tx: Tx, application: string, input: RoleInput, at: Date): Promise<Outcome<Role>> {
  const { epoch, row } = await begin(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  const roles = await listRoles(tx, application)
  if (roles.some(({ id }) => id === input.id)) return refuse(grantErrors.role_exists, { role: input.id })
  if (roles.length >= mostRoles) return refuse(grantErrors.roles_most, { most: mostRoles })
  const written = await write(
    tx,
    row,
    roles,
    { name: input.id, description: '', parents: [], builtin: false, ...said(input) },
    at,
  )
  if (!written.ok) return written
  await touchApplications(tx, epoch, application)
  const { id, parents } = written.value
  await tx.record({ kind: 'role.created', resource: { type: 'Role', id }, application, data: { parents } })
  return ok(written.value, { status: 201 })
}

/** Changes name, description or parents; what is absent stays. */
export async function changeRole(tx: Tx, application: string, input: RoleInput, at: Date): Promise<Outcome<Role>> {
  const { epoch, row } = await begin(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  const roles = await listRoles(tx, application)
  const before = roles.find(({ id }) => id === input.id)
  if (before === undefined) return refuse(grantErrors.role_not_found, { application, role: input.id })
  if (before.builtin) return refuse(grantErrors.role_builtin, { role: input.id })
  const written = await write(tx, row, roles, { ...before, ...said(input) }, at)
  if (!written.ok) return written
  await touchApplications(tx, epoch, application)
  const { id, parents } = written.value
  const data = { parents, before: before.parents }
  await tx.record({ kind: 'role.updated', resource: { type: 'Role', id }, application, data })
  return written
}

/** @returns nothing; `role_not_found`, `role_builtin`, `role_in_use` while somebody has it or another role is in it */
export async function removeRole(tx: Tx, application: string, id: string): Promise<Outcome<{ deleted: true }>> {
  const { epoch, row } = await begin(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  const roles = await listRoles(tx, application)
  const role = roles.find((each) => each.id === id)
  if (role === undefined) return refuse(grantErrors.role_not_found, { application, role: id })
  if (role.builtin) return refuse(grantErrors.role_builtin, { role: id })
  const grants = (await countGrants(tx, application)).get(`role ${id}`) ?? 0
  const children = roles.filter(({ parents }) => parents.includes(id)).length
  if (grants + children > 0) return refuse(grantErrors.role_in_use, { role: id, grants, children })
  if (!(await unlessLockedOut(tx, row, () => deleteRole(tx, application, id)))) return refuse(errors.policy_locks_out)
  await touchApplications(tx, epoch, application)
  await tx.record({
    kind: 'role.deleted',
    resource: { type: 'Role', id },
    application,
    data: { parents: role.parents },
  })
  return ok({ deleted: true })
}

/** What the input says, without what it leaves out. */
export function said({ id, name, description, parents }: RoleInput): Pick<Role, 'id'> & Partial<Role> {
  return {
    id,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(parents !== undefined && { parents: [...new Set(parents)].toSorted() }),
  }
}

async function write(
  tx: Tx,
  row: ApplicationRow,
  roles: readonly Role[],
  role: Role,
  at: Date,
): Promise<Outcome<Role>> {
  const after = [...roles.filter(({ id }) => id !== role.id), role]
  const problem = problemWith(row, after)
  if (problem !== undefined) return problem
  const kept = await unlessLockedOut(tx, row, () => writeRole(tx, row.id, { ...role, at }))
  return kept ? ok(role) : refuse(errors.policy_locks_out)
}

/** Why these cannot be all the roles of the application. */
export function problemWith(row: ApplicationRow, roles: readonly Role[]): Refused | undefined {
  if (!declares(row, 'Role')) return refuse(grantErrors.role_schema)
  const byId = new Map(roles.map((role) => [role.id, role]))
  for (const { id, parents } of roles) {
    const unknown = parents.find((parent) => !byId.has(parent))
    if (unknown !== undefined) return refuse(grantErrors.roles_unknown, { application: row.id, role: unknown })
    const above = new Set<string>()
    const open = [...parents]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === id) return refuse(grantErrors.role_cycle, { role: id })
      if (above.has(next)) continue
      above.add(next)
      open.push(...(byId.get(next)?.parents ?? []))
    }
  }
  return undefined
}
