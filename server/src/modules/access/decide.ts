import { createSchema, type EntityJson } from '@holdfast/policy'
import { parseSchema } from '@holdfast/policy/authoring'
import type { Database } from '../../platform/database/database.ts'
import type { Caller, Decide, ResourceRef } from '../../platform/ports.ts'
import type { Evaluator } from './evaluator.ts'
import { loadOwnPolicies, ownApplication } from './own/load.ts'
import { entityOf, isOfDirectory, keyOf, namedOnly, type StandingsOf } from './standing.ts'

/** Holdfast's own management API asks the same engine as everybody, with the policies of the application `holdfast`. */
export function createDecide(database: Database, evaluator: Evaluator, standingsOf: StandingsOf): Decide {
  const actions = ownActions()
  return async (caller, action, resource) => {
    const explanation = await database.asTenant(
      caller.tenant,
      async (tx) => {
        const { type, id } = resource
        const known = entitiesOf(caller, resource)
        const named = await standingsOf(tx, namedOnly(known, { type, id }))
        return evaluator.evaluate(tx, ownApplication, {
          principal: caller.principal,
          action,
          resource: { type, id },
          entities: [...actions, ...known, ...named.map((standing) => entityOf(standing, true))],
        })
      },
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

/** The caller, and the resource where it is none of the directory's: what those are the directory says. */
function entitiesOf({ principal, application, groups }: Caller, resource: ResourceRef): EntityJson[] {
  const caller = entityOf({ uid: principal, application, groups }, true)
  const { type, id, attributes = {} } = resource
  if (isOfDirectory({ type, id }) || keyOf(principal) === keyOf({ type, id })) return [caller]
  return [caller, { uid: { type, id }, attrs: attributes as never, parents: [] }]
}
