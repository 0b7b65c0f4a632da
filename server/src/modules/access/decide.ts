import type { EntityJson } from '@holdfast/policy'
import { acrs } from '../../platform/assurance.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Caller, Decide, ResourceRef } from '../../platform/ports.ts'
import { givesLastingPower } from './own/lasting.ts'
import { ownApplication } from './own/load.ts'
import { decidePoint, type PointDeps } from './point/decide-point.ts'
import type { RulesStore } from './rules.ts'
import { entityOf, isOfDirectory, keyOf } from './standing.ts'

export interface DecideDeps extends PointDeps {
  readonly database: Database
  readonly rules: RulesStore
}

/** Holdfast's own management API asks the same engine as everybody, with the policies of the application `holdfast`. */
export function createDecide(deps: DecideDeps): Decide {
  return async (caller, action, resource) => {
    const explanation = await deps.database.asTenant(
      caller.tenant,
      async (tx) => {
        const rules = await deps.rules.of(tx, ownApplication)
        if (rules === undefined) throw new Error('the tenant has no built-in policies')
        const { type, id } = resource
        const request = {
          principal: caller.principal,
          action: { type: 'Action', id: action },
          resource: { type, id },
          context: askingOf(caller, deps.clock.now()),
        }
        const point = { request, known: entitiesOf(caller, resource), given: [] }
        const { explanation: now } = await decidePoint(tx, deps, ownApplication, rules, point)
        // What holds for a time may forbid, too: without it nobody may more.
        if (now.decision === 'deny' || !givesLastingPower(action, resource)) return now
        return (await decidePoint(tx, deps, ownApplication, rules, { ...point, lasting: true })).explanation
      },
      'read',
    )
    return { allowed: explanation.decision === 'allow', explanation: explanation.text, reasons: explanation.reasons }
  }
}

/** What policies may demand of the session by which a person asks: `Asking` of the schema, the same in applications. */
function askingOf({ session }: Caller, now: Date) {
  if (session === null) return {}
  const { acr, amr, authenticatedAt } = session
  const age = Math.max(0, Math.floor((now.getTime() - authenticatedAt.getTime()) / 1000))
  return { session: { acr, level: acrs.indexOf(acr) + 1, amr: [...amr], age } }
}

/** The caller, and the resource where it is none of the directory's: what those are the directory says. */
function entitiesOf({ principal, application, groups }: Caller, resource: ResourceRef): EntityJson[] {
  const caller = entityOf({ uid: principal, application, groups }, true)
  const { type, id, attributes = {} } = resource
  if (isOfDirectory({ type, id }) || keyOf(principal) === keyOf({ type, id })) return [caller]
  return [caller, { uid: { type, id }, attrs: attributes as never, parents: [] }]
}
