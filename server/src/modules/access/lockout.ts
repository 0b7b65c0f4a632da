import { compile, createEntities, createSchema, evaluate, withLinks } from '@holdfast/policy'
import type { Tx } from '../../platform/work.ts'
import { grantsNotOver } from './grants/store.ts'
import { listRoles } from './roles/store.ts'
import { policySetJson } from './rules.ts'
import { type ApplicationRow, listPolicies } from './store.ts'
import { linksOf } from './world/build.ts'
import { roleUid } from './world/types.ts'

// Nobody's: a real operator may be exempted by name, and then leave.
const operator = { type: 'Person', id: '00000000-0000-0000-0000-000000000000' }
const operators = { type: 'Group', id: 'admins' }

/**
 * Whether the rules of the application `holdfast` leave an operator the way back: to write and to delete policies, to give and
 * to end grants. A forbid overrides every permit, and nobody but its operators could take it away. What their group was given
 * may be a prohibition too, and may end: it has to hold with that and without it.
 */
export async function leavesWayBack(tx: Tx, { id, schema_json: schema }: ApplicationRow): Promise<boolean> {
  const set = compile(policySetJson(await listPolicies(tx, id)))
  const grants = await grantsNotOver(tx, id, operators)
  const roles = await listRoles(tx, id)
  const held = grants.flatMap(({ role }) => (role === null ? [] : [roleUid(role)]))
  const entities = (parents: typeof held) =>
    createEntities([
      ...createSchema(schema).actions,
      ...roles.map((role) => ({ uid: roleUid(role.id), parents: role.parents.map(roleUid) })),
      { uid: operators, parents },
      { uid: operator, parents: [operators] },
    ])
  const worlds = [
    { set, entities: entities([]) },
    { set: withLinks(set, linksOf(set, grants)), entities: entities(held) },
  ]
  const resource = { type: 'Application', id }
  return ['viewApplication', 'writePolicy', 'deletePolicy', 'grantAccess'].every((action) => {
    const request = { principal: operator, action: { type: 'Action', id: action }, resource }
    return worlds.every(
      (world) => evaluate(world.set, request, world.entities, { onError: 'deny' }).decision === 'allow',
    )
  })
}
