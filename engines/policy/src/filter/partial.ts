import { applicable } from './applicable.ts'
import type { PolicySet } from '../compile/policy-set.ts'
import type { Policy } from '../compile/policy.ts'
import type { Entities } from '../entities.ts'
import { toRun } from '../evaluate.ts'
import type { Uid } from '../json.ts'
import type { Schema } from '../schema/schema.ts'
import type { Request } from '../types.ts'
import { FilterError } from './errors.ts'
import type { Context } from './plan/node.ts'
import { planOf } from './plan/policy-plan.ts'
import { and, FALSE, or, type Residual } from './residual.ts'

/** What is asked: which resources of a type may this principal do this action on, in this context? */
export interface FilterRequest {
  readonly principal: Uid
  readonly action: Uid
  /** The entity type of the resources, by its full name. */
  readonly resourceType: string
  readonly context?: Request['context']
}

export interface FilterOptions {
  /** Whether all policies of the set are strictly valid by the schema. False is refused: nobody could say what SQL makes of the others. */
  readonly validated: boolean
}

/**
 * Evaluates the policies as far as they can be without the resource. The residual holds for exactly the resources for which `evaluate` allows with
 * `onError: 'deny'`, as long as they are as the schema says.
 * Throws `FilterError`: `filter_unvalidated`, `filter_unsupported` (with policy and expression), `filter_too_large`; `PolicyError` for a request that is
 * not of Cedar's form.
 */
export function partial(
  set: PolicySet,
  request: FilterRequest,
  entities: Entities,
  schema: Schema,
  { validated }: FilterOptions,
): Residual {
  if (!validated) {
    throw new FilterError('filter_unvalidated', 'the policies are not strictly validated against a schema')
  }
  const context = contextOf(request, entities, schema)
  const permits: Residual[] = []
  const forbids: Policy[] = []
  for (const { policy } of applicable(set, context.run)) {
    if (policy.effect === 'forbid') forbids.push(policy)
    else permits.push(planOf(policy).truth(context).yes)
  }
  const permitted = or(permits)
  if (permitted === FALSE) return FALSE
  // A forbid must be certain not to hold: neither true nor failed.
  const parts: Residual[] = [permitted]
  for (const policy of forbids) {
    const { no } = planOf(policy).truth(context)
    if (no === FALSE) return FALSE
    parts.push(no)
  }
  return and(parts)
}

function contextOf(request: FilterRequest, entities: Entities, schema: Schema): Context {
  const { principal, action, resourceType, context } = request
  if (schema.type(resourceType) === undefined) {
    throw new FilterError('filter_unsupported', `the schema has no entity type \`${resourceType}\``)
  }
  // Nobody: what depends on the resource is not evaluated.
  const resource = { type: resourceType, id: '' }
  return {
    run: toRun({ principal, action, resource, context }, entities),
    itself: { kind: 'resource', type: { kind: 'entity', name: resourceType } },
    entities,
    schema,
  }
}
