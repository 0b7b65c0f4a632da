import { type Explanation, explain } from '@holdfast/policy'
import type { Uid } from '../../../platform/ports.ts'
import { actionOf, knownActions } from '../authzen/names.ts'
import { describe } from '../authzen/overlay.ts'
import { catalogueOf } from '../authzen/search/catalogue.ts'
import { toCedar } from '../authzen/values.ts'
import { isOfDirectory } from '../standing.ts'
import type { World } from '../world/types.ts'

export interface Why {
  readonly principal: Uid
  readonly action: string
  readonly resource: Uid
  readonly context?: Readonly<Record<string, unknown>> | undefined
  readonly properties?: Readonly<Record<string, unknown>> | undefined
}

/** One decision in a world, in words. Throws `PolicyError`. */
export function explainIn(world: World, { principal, action: name, resource, context, properties }: Why): Explanation {
  if (isOfDirectory(principal) && !catalogueOf(world).acts(principal)) {
    const text = 'The principal was not in the directory at that moment, or was disabled.'
    return { decision: 'deny', reasons: [], errors: [], text, nearest: null }
  }
  const action = actionOf(name, knownActions(world))
  const attributes = properties === undefined ? undefined : toCedar(properties)
  const entities = describe(world.entities, world.schema, [{ uid: resource, attributes }])
  const request = { principal, action, resource, context: world.schema.context(action, toCedar(context ?? {}), 'keep') }
  return explain(world.set, request, entities, { onError: 'deny' })
}
