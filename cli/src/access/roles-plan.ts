import { parsePolicy } from '@holdfast/policy/authoring'
import { type CompiledRoles, ROLES_SOURCE, type RoleDraft } from '@holdfast/policy/roles'
import { type Api, segment } from '../api/client.ts'
import type { Policy, Uid } from '../api/types.ts'
import { Failure } from '../failure.ts'

interface Role {
  readonly id: string
  readonly description: string
  readonly parents: readonly string[]
  readonly builtin: boolean
}

interface Grant {
  readonly principal: Uid
  readonly role: string | null
  readonly source: string
  readonly inForce: boolean
}

export interface RoleGrant {
  readonly role: string
  readonly principal: Uid
}

/** What applying a file would do. */
export interface RolesPlan {
  readonly roles: Changes<RoleDraft>
  readonly policies: Changes<{ readonly id: string; readonly text: string }>
  /** undefined: the file says nothing of who has a role */
  readonly grants:
    | { readonly give: readonly RoleGrant[]; readonly end: readonly RoleGrant[]; readonly all: readonly RoleGrant[] }
    | undefined
}

export interface Changes<Thing> {
  readonly add: readonly Thing[]
  readonly change: readonly Thing[]
  readonly remove: readonly string[]
}

/** Compares a file with what the application has. Policies that did not come from such a file are none of its business. */
export async function planRoles(
  api: Api,
  application: string,
  compiled: CompiledRoles,
  wanted: readonly RoleGrant[] | undefined,
): Promise<RolesPlan> {
  const at = `/applications/${segment(application)}`
  const roles = (await api.all<Role>(`${at}/roles`)).filter(({ builtin }) => !builtin)
  const policies = await api.all<Policy>(`${at}/policies`)
  const ours = policies.filter(isOurs)
  const taken = policies.find(({ name }) => name in compiled.policies && !ours.some((own) => own.name === name))
  if (taken !== undefined) {
    throw new Failure({
      code: 'policy_taken',
      detail: `There is a policy ${taken.name} that did not come from ${ROLES_SOURCE}.`,
      mend: 'Rename the role, or delete that policy.',
    })
  }
  const texts = Object.entries(compiled.policies).map(([id, text]) => ({ id, text }))
  return {
    roles: changes(compiled.roles, new Map(roles.map((role) => [role.id, role])), sameRole),
    policies: changes(
      texts,
      new Map(ours.map((policy) => [policy.name, policy])),
      ({ text }, there) => text === there.text,
    ),
    grants: wanted === undefined ? undefined : await grantChanges(api, at, wanted),
  }
}

function isOurs({ name, text }: Policy): boolean {
  const parsed = parsePolicy(name, text)
  return parsed.ok && parsed.policy.annotations?.['source'] === ROLES_SOURCE
}

function sameRole(role: RoleDraft, there: Role): boolean {
  return role.description === there.description && role.parents.join() === there.parents.toSorted().join()
}

function changes<Thing extends { readonly id: string }, There>(
  wanted: readonly Thing[],
  there: ReadonlyMap<string, There>,
  same: (thing: Thing, there: There) => boolean,
): Changes<Thing> {
  const ids = new Set(wanted.map(({ id }) => id))
  return {
    add: wanted.filter(({ id }) => !there.has(id)),
    change: wanted.filter((thing) => {
      const known = there.get(thing.id)
      return known !== undefined && !same(thing, known)
    }),
    remove: [...there.keys()].filter((id) => !ids.has(id)).toSorted(),
  }
}

async function grantChanges(
  api: Api,
  at: string,
  wanted: readonly RoleGrant[],
): Promise<NonNullable<RolesPlan['grants']>> {
  const there = new Map<string, RoleGrant>()
  for (const { role, principal, source, inForce } of await api.all<Grant>(`${at}/grants`)) {
    if (source === 'import' && role !== null && inForce) there.set(keyOf({ role, principal }), { role, principal })
  }
  const all = new Map(wanted.map((grant) => [keyOf(grant), grant]))
  return {
    give: [...all].filter(([key]) => !there.has(key)).map(([, grant]) => grant),
    end: [...there].filter(([key]) => !all.has(key)).map(([, grant]) => grant),
    all: [...all.values()],
  }
}

const keyOf = ({ role, principal: { type, id } }: RoleGrant): string => JSON.stringify([role, type, id])

export function isEmpty({ roles, policies, grants }: RolesPlan): boolean {
  const none = ({ add, change, remove }: Changes<unknown>) => add.length + change.length + remove.length === 0
  return none(roles) && none(policies) && (grants === undefined || grants.give.length + grants.end.length === 0)
}

/** What goes comes first, so that in between there is less allowed and not more. */
export async function applyPlan(
  api: Api,
  application: string,
  compiled: CompiledRoles,
  plan: RolesPlan,
): Promise<void> {
  const at = `/applications/${segment(application)}`
  for (const name of plan.policies.remove) await api.delete(`${at}/policies/${segment(name)}`)
  await api.put(`${at}/roles`, { roles: compiled.roles, ...(plan.grants !== undefined && { grants: plan.grants.all }) })
  for (const { id, text } of [...plan.policies.change, ...plan.policies.add]) {
    await api.put(`${at}/policies/${segment(id)}`, { text })
  }
}
