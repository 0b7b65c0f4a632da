import { createSchema, type EntityJson } from '@holdfast/policy'
import { parseSchema } from '@holdfast/policy/authoring'
import type { Database } from '../../platform/database/database.ts'
import type { Caller, Decide, ResourceRef, Uid } from '../../platform/ports.ts'
import type { Evaluator } from './evaluator.ts'
import { loadOwnPolicies, ownApplication } from './own/load.ts'

/** Holdfast's own management API asks the same engine as everybody, with the policies of the application `holdfast`. */
export function createDecide(database: Database, evaluator: Evaluator): Decide {
  const actions = ownActions()
  return async (caller, action, resource) => {
    const explanation = await database.asTenant(
      caller.tenant,
      (tx) =>
        evaluator.evaluate(tx, ownApplication, {
          principal: caller.principal,
          action,
          resource: { type: resource.type, id: resource.id },
          entities: entitiesOf(caller, resource, actions),
        }),
      'read',
    )
    if (explanation === undefined) throw new Error('the tenant has no built-in policies')
    return { allowed: explanation.decision === 'allow', explanation: explanation.text, reasons: explanation.reasons }
  }
}

function ownActions(): readonly EntityJson[] {
  const parsed = parseSchema(loadOwnPolicies().schema)
  if (!parsed.ok) throw new Error(`The built-in schema is not valid: ${parsed.findings[0]?.message}`)
  return createSchema(parsed.schema).actions
}

/** The caller with all groups as parents (the directory has followed them already), and the resource. */
function entitiesOf(caller: Caller, resource: ResourceRef, actions: readonly EntityJson[]): EntityJson[] {
  const principal: EntityJson = {
    uid: caller.principal,
    attrs:
      caller.application === null ? {} : { application: { __entity: { type: 'Application', id: caller.application } } },
    parents: caller.groups.map((id) => ({ type: 'Group', id })),
  }
  if (isSame(resource, caller.principal)) return [...actions, principal]
  const entity = {
    uid: { type: resource.type, id: resource.id },
    attrs: (resource.attributes ?? {}) as never,
    parents: [],
  }
  return [...actions, principal, entity]
}

function isSame(a: Uid, b: Uid): boolean {
  return a.type === b.type && a.id === b.id
}
